import { describe, expect, it } from 'vitest';
import { CLOSE_CODE } from '../../../../shared/errors.ts';
import en from '../../../_locales/en/messages.json' with { type: 'json' };
import { ABSENCE_TEXTS, failureText } from '../../../platform/absence.ts';
import { describeReason } from './describe-reason.ts';

const say = (key: string, substitutions: string[] = []) => [key, ...substitutions].join(' ');

describe('the reason for a lost connection', () => {
  it.each([
    [CLOSE_CODE.restart, 'reasonStopped'],
    [CLOSE_CODE.going_away, 'reasonStopped'],
    [CLOSE_CODE.overloaded, 'reasonOverloaded'],
    [CLOSE_CODE.message_too_large, 'reasonMessageTooLarge'],
    [CLOSE_CODE.bad_request, 'reasonNotUnderstood'],
    [CLOSE_CODE.rate_limited, 'reasonRateLimited'],
  ])('is described in words for close code %i', (code, key) => {
    expect(describeReason({ kind: 'closed', code, reason: '' }, (text) => text)).toBe(key);
    expect(en).toHaveProperty(key);
  });

  it('gives the code and reason of any other close', () => {
    expect(describeReason({ kind: 'closed', code: 1011, reason: 'oops' }, say)).toBe('reasonClosed 1011 oops');
    expect(describeReason({ kind: 'closed', code: 1005, reason: '' }, say)).toBe('reasonClosed 1005');
  });
});

it('has a text for each way in which a page fails to report its functions', () => {
  expect(failureText('tab_closed')).toBe(ABSENCE_TEXTS['no-tab']);
  expect(failureText('page_unloaded')).toBe(ABSENCE_TEXTS.loading);
  for (const code of ['tab_unavailable', 'timeout', 'internal'] as const) expect(failureText(code)).toBe('absentBusy');
});
