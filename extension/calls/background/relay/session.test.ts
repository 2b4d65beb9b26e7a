import { beforeEach, expect, it } from 'vitest';
import type { KeyValueStorage } from '../../../platform/key-value-storage.ts';
import { Session } from './session.ts';

let items: Record<string, unknown>;
let storage: KeyValueStorage;
beforeEach(() => {
  items = {};
  storage = {
    get: async (key) => (key in items ? { [key]: items[key] } : {}),
    set: async (more) => void Object.assign(items, structuredClone(more)),
  };
});

it('is new at the first start and the same at the next', async () => {
  const first = await Session.open(storage);
  const second = await Session.open(storage);
  expect([first.isNew, second.isNew]).toEqual([true, false]);
  expect(second.instanceId).toBe(first.instanceId);
});

it('remembers that another connection took over', async () => {
  await (await Session.open(storage)).setReplaced(true);
  const next = await Session.open(storage);
  expect(next.replaced).toBe(true);
  await next.setReplaced(false);
  expect((await Session.open(storage)).replaced).toBe(false);
});

it('starts anew if its stored state is invalid', async () => {
  items.session = { instanceId: 5 };
  expect((await Session.open(storage)).isNew).toBe(true);
});
