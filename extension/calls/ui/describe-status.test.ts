import { describe, expect, it } from 'vitest';
import type { RelayStatus } from '../../platform/messages.ts';
import { defaultSettings } from '../../sites/settings-schema.ts';
import { currentStatus, describeStatus } from './describe-status.ts';

const url = 'ws://127.0.0.1:9999';

describe('the described connection', () => {
  it('is connecting after a change of its settings', () => {
    const settings = { ...defaultSettings('shop'), relayUrl: url };
    const connected = { state: 'connected', url, clientId: 'shop', since: 0 } as const;
    expect(currentStatus(connected, settings)).toBe(connected);
    expect(currentStatus(connected, { ...settings, clientId: 'other' })).toEqual({ state: 'connecting', url });
    const moved = { ...settings, relayUrl: 'ws://other' };
    expect(currentStatus(connected, moved)).toEqual({ state: 'connecting', url: 'ws://other' });
  });

  it('gives the address while it is connected', () => {
    expect(describeStatus({ state: 'connected', url, clientId: 'shop', since: 0 })).toMatchObject({
      tone: 'good',
      url,
    });
    expect(describeStatus({ state: 'connecting', url })).toMatchObject({ tone: 'busy', url });
  });

  it.each<RelayStatus>([
    { state: 'waiting', url, retryAt: 0, reason: 'nobody answers' },
    { state: 'replaced', url },
    { state: 'refused', url, code: 'unauthorized', reason: 'no' },
    { state: 'refused', url, code: 'forbidden', reason: 'no' },
    { state: 'refused', url, code: 'rate_limited', reason: 'too many' },
  ])('gives reason and advice, and offers to reconnect: %o', (status) => {
    const { tone, detail, reason, advice, canReconnect } = describeStatus(status);
    expect(tone).toBe('bad');
    expect(detail ?? reason).toBeDefined();
    expect(advice).toBeDefined();
    expect(canReconnect).toBe(true);
  });

  it("shows the relay's own words only without better ones", () => {
    expect(describeStatus({ state: 'refused', url, code: 'unauthorized', reason: 'no' }).reason).toBeUndefined();
    const swapped = "forbidden: this is the caller's token: a browser needs the client's token";
    expect(describeStatus({ state: 'refused', url, code: 'forbidden', reason: swapped })).toMatchObject({
      detail: ['statusRefusedCallersToken'],
      advice: ['statusRefusedCallersTokenAdvice'],
    });
    expect(describeStatus({ state: 'refused', url, code: 'rate_limited', reason: 'too many' }).reason).toBe('too many');
  });

  it('gives no advice before it is known', () => {
    expect(describeStatus(undefined)).toEqual({ tone: 'idle', title: ['statusUnknown'] });
  });
});
