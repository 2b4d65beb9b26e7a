import { expect, it } from 'vitest';
import en from '../../../_locales/en/messages.json' with { type: 'json' };
import { ABSENCE_TEXTS } from '../../../platform/absence.ts';
import type { RelayStatus } from '../../../platform/messages.ts';
import { badgeFor } from './badge.ts';
import { describeReason, type Reason } from './describe-reason.ts';

// Throws for a key without a text.
const translate = (key: string, substitutions: string[] = []) => {
  if (!(key in en)) throw new Error(`no text ${key}`);
  return [key, ...substitutions].join(' ');
};
const url = 'ws://relay.test';

it('shows the state of the connection by text as well as colour', () => {
  const statuses: RelayStatus[] = [
    { state: 'off' },
    { state: 'connecting', url },
    { state: 'connected', url, clientId: 'shop', since: 0 },
    { state: 'waiting', url, retryAt: 0, reason: '' },
    { state: 'replaced', url },
    { state: 'refused', url, code: 'forbidden', reason: '' },
  ];
  const badges = statuses.map((status) => badgeFor(status, translate));
  expect(badges.map(({ text }) => text)).toEqual(['off', '…', 'on', '!', '!', '!']);
  expect(new Set(badges.map(({ title }) => title)).size).toBe(badges.length);
});

it('has a text for every reason and every absence', () => {
  const reasons: Reason[] = [
    { kind: 'unreachable' },
    { kind: 'silent' },
    { kind: 'not-ready' },
    { kind: 'closed', code: 1011, reason: 'oops' },
    { kind: 'said', message: 'the relay said' },
  ];
  expect(reasons.map((reason) => describeReason(reason, translate))).toEqual([
    'reasonUnreachable',
    'reasonSilent',
    'reasonNotReady',
    'reasonClosed 1011 oops',
    'the relay said',
  ]);
  for (const key of Object.values(ABSENCE_TEXTS)) expect(translate(key)).toBe(key);
});
