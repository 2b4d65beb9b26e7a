import { expect, it } from 'vitest';
import { Weather } from './weather.ts';

it('lets calls end by a trouble that comes while they are under way, or that is there already', () => {
  const weather = new Weather();
  const before = weather.begin(['ok']);
  const ended = weather.begin(['ok']);
  weather.end(ended);
  const isOver = weather.trouble(['timeout']);
  expect([...before]).toEqual(['ok', 'timeout']);
  expect([...weather.begin(['ok'])]).toEqual(['ok', 'timeout']);
  expect([...ended]).toEqual(['ok']);
  isOver();
  expect([...weather.begin(['ok'])]).toEqual(['ok']);
});
