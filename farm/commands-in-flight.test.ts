import { beforeEach, expect, it, vi } from 'vitest';
import { CommandsInFlight } from './commands-in-flight.ts';

let written: { id: number; method: string; params: object }[];
let commands: CommandsInFlight;
beforeEach(() => {
  written = [];
  commands = new CommandsInFlight((text) => written.push(JSON.parse(text)));
});
const receive = (message: object) => commands.handleMessage(JSON.stringify(message));

it('resolves each command with its own answer', async () => {
  const answers = [commands.send('a', { x: 1 }), commands.send('b', {})];
  expect(written).toMatchObject([{ method: 'a', params: { x: 1 } }, { method: 'b' }]);
  receive({ id: written[1]?.id, result: { of: 'b' } });
  receive({ id: written[0]?.id, result: {} });
  expect(await Promise.all(answers)).toEqual([{}, { of: 'b' }]);
});

it.each([
  ['DevTools', { error: { code: -32000, message: 'no such page' } }],
  ['WebDriver BiDi', { type: 'error', error: 'no such frame', message: 'no such page' }],
])('fails a command by an error of %s', async (_protocol, answer) => {
  const failing = commands.send('Page.close', {});
  receive({ id: 1, ...answer });
  await expect(failing).rejects.toThrow('Page.close: no such page');
});

it('dispatches events to their listener', () => {
  const listener = vi.fn();
  commands.on('gone', listener);
  receive({ method: 'gone', params: { page: 1 } });
  receive({ method: 'other', params: {} });
  expect(listener).toHaveBeenCalledExactlyOnceWith({ page: 1 }, undefined);
});

it('fails unanswered and later commands when the browser is gone', async () => {
  const waiting = commands.send('a', {});
  commands.end('the browser went away');
  await expect(waiting).rejects.toThrow('a: the browser went away');
  await expect(commands.send('b', {})).rejects.toThrow('b: the browser went away');
});
