import { expect, it } from 'vitest';
import { HOLD_MS } from '../limits.ts';
import { ClientHolds } from './client-holds.ts';

it('ends after ten minutes, independent of the system clock', () => {
  let now = 0;
  const holds = new ClientHolds(() => now);
  holds.hold('shop');
  now = HOLD_MS - 1;
  expect(holds.find('shop')).toEqual({ clientId: 'shop', remainingMs: 1 });
  expect(holds.find('shop#sign')).toEqual({ clientId: 'shop', remainingMs: 1 });
  expect(holds.find('shop-2')).toBeUndefined();
  now = HOLD_MS;
  expect(holds.find('shop')).toBeUndefined();
});
