import { beforeEach, expect, it } from 'vitest';
import { FakeStorage } from '../../../platform/fake-storage.ts';
import { Session } from './session.ts';

let storage: FakeStorage;
beforeEach(() => {
  storage = new FakeStorage();
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
  storage.items.session = { instanceId: 5 };
  expect((await Session.open(storage)).isNew).toBe(true);
});
