import { expect, it } from 'vitest';
import { Weather } from './weather.ts';

it('allows outcomes of faults that start before or during a call', () => {
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
