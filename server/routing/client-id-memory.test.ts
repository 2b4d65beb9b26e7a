import { expect, it } from 'vitest';
import { HOLD_MS } from '../limits.ts';
import { ClientIdMemory } from './client-id-memory.ts';

it('keeps entries for ten minutes during a flood of new clientIds, and accepts new ones afterwards', () => {
  let now = 0;
  const memory = new ClientIdMemory<string>(() => now);
  memory.set('victim', 'a');
  for (let index = 0; index < 60_000; index++) memory.set(`flood ${index}`, 'b');
  expect(memory.get('victim')).toBe('a');
  expect(memory.set('late', 'c')).toBe(false);
  expect(memory.get('late')).toBeUndefined();
  // An existing entry can still be renewed.
  expect(memory.set('flood 0', 'd')).toBe(true);
  now = HOLD_MS;
  expect(memory.remainingMs('victim')).toBeUndefined();
  expect(memory.set('late', 'c')).toBe(true);
  expect(memory.get('victim')).toBeUndefined();
});
