import { beforeEach, expect, it, vi } from 'vitest';
import { CommandsInFlight } from './commands-in-flight.ts';

let written: { id: number; method: string; params: object }[];
let commands: CommandsInFlight;
beforeEach(() => {
  written = [];
  commands = new CommandsInFlight((text) => written.push(JSON.parse(text)));
});
const hear = (message: object) => commands.hear(JSON.stringify(message));

it('gives each command its own answer', async () => {
  const answers = [commands.send('a', { x: 1 }), commands.send('b', {})];
  expect(written).toMatchObject([{ method: 'a', params: { x: 1 } }, { method: 'b' }]);
  hear({ id: written[1]?.id, result: { of: 'b' } });
  hear({ id: written[0]?.id, result: {} });
  expect(await Promise.all(answers)).toEqual([{}, { of: 'b' }]);
});

it.each([
  ['DevTools', { error: { code: -32000, message: 'no such page' } }],
  ['WebDriver BiDi', { type: 'error', error: 'no such frame', message: 'no such page' }],
])('fails a command as %s says', async (_protocol, answer) => {
  const failing = commands.send('Page.close', {});
  hear({ id: 1, ...answer });
  await expect(failing).rejects.toThrow('Page.close: no such page');
});

it('tells events to who listens for them', () => {
  const listener = vi.fn();
  commands.on('gone', listener);
  hear({ method: 'gone', params: { page: 1 } });
  hear({ method: 'other', params: {} });
  expect(listener).toHaveBeenCalledExactlyOnceWith({ page: 1 }, undefined);
});

it('fails what waits when the browser has gone, and what comes after', async () => {
  const waiting = commands.send('a', {});
  commands.end('the browser went away');
  await expect(waiting).rejects.toThrow('a: the browser went away');
  await expect(commands.send('b', {})).rejects.toThrow('b: the browser went away');
});
