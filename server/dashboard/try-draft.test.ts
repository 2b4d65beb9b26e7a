import { describe, expect, it } from 'vitest';
import { argumentsOf, NEW_DRAFT, targetOf, timeoutMsOf } from './try-draft.ts';

describe('arguments', () => {
  it.each([
    ['text', '["a"]', { ok: true, args: ['["a"]'] }],
    ['text', '', { ok: true, args: [''] }],
    ['json', '["a", 1, {}]', { ok: true, args: ['a', 1, {}] }],
    ['json', '"a"', { ok: false, why: 'not-array' }],
    ['json', '{', { ok: false, why: 'not-json', reason: expect.stringContaining('JSON') }],
  ] as const)('as %s, from %s', (kind, text, read) => {
    expect(argumentsOf({ ...NEW_DRAFT, kind, text })).toEqual(read);
  });
});

it.each([
  ['30', 30_000],
  [' 0.5 ', 500],
  ['600', 600_000],
  ['601', undefined],
  ['0', undefined],
  ['', undefined],
  ['soon', undefined],
])('reads %j seconds as %s ms', (seconds, ms) => {
  expect(timeoutMsOf({ ...NEW_DRAFT, seconds })).toBe(ms);
});

it('targets the chosen tab only if there are several and it is open', () => {
  const tabs = [1, 2].map((tabId) => ({ tabId, url: '' }));
  const target = (tabId: string, count: number) =>
    targetOf({ ...NEW_DRAFT, tabId }, { name: 'sign', tabs: tabs.slice(0, count) });
  expect([target('2', 2), target('', 2), target('3', 2), target('1', 1)]).toEqual([
    { tabId: 2 },
    undefined,
    undefined,
    undefined,
  ]);
});
