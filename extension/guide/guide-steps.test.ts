import { describe, expect, it } from 'vitest';
import type { ProbeReport, RelayStatus } from '../platform/messages.ts';
import type { SiteSettings } from '../sites/settings-schema.ts';
import { type GuidePage, guideSteps } from './guide-steps.ts';

const url = 'ws://127.0.0.1:9999';
const connected: RelayStatus = { state: 'connected', url, clientId: 'a', since: 0 };
const pattern = 'https://shop.example';
const site: SiteSettings = { pattern, enabled: true, functions: [{ name: 'encrypt', path: 'shop.encrypt' }] };
const found: ProbeReport = { available: true, functions: { encrypt: { found: true } } };

function pageOf(part: Partial<SiteSettings> = {}, more: object = {}): GuidePage {
  return { kind: 'site', site: { ...site, ...part }, granted: true, report: found, ...more };
}

describe('the three steps', () => {
  it('are done once the relay is connected, the site enabled and a function found', () => {
    expect(guideSteps(connected, pageOf()).map(({ isDone }) => isDone)).toEqual([true, true, true]);
  });

  it('are each done independently of earlier steps', () => {
    const steps = guideSteps({ state: 'off' }, pageOf());
    expect(steps.map(({ isDone }) => isDone)).toEqual([false, true, true]);
  });
});

describe('the relay step', () => {
  it.each<[RelayStatus | undefined, string]>([
    [undefined, 'statusUnknown'],
    [{ state: 'off' }, 'guideRelayOff'],
    [{ state: 'connecting', url }, 'guideRelayTrying'],
    [{ state: 'waiting', url, retryAt: 0, reason: '' }, 'guideRelayStart'],
    [{ state: 'refused', url, code: 'unauthorized', reason: '' }, 'guideRelayRefused'],
    [{ state: 'replaced', url }, 'guideRelayRefused'],
  ])('says what to do: %o', (status, key) => {
    expect(guideSteps(status, pageOf())[0]).toMatchObject({ isDone: false, words: [key] });
  });

  it('gives the command that starts a relay if none answers', () => {
    const [{ command }] = guideSteps({ state: 'waiting', url, retryAt: 0, reason: '' }, pageOf());
    expect(command).toBe('npm start');
  });
});

describe('the site step', () => {
  it.each<[string, GuidePage, string]>([
    ['with an unknown address', { kind: 'unknown' }, 'guideSiteEnter'],
    ['that extensions can not access', { kind: 'unservable' }, 'guideSiteOpen'],
    ['that is not enabled', pageOf({ enabled: false }), 'guideSiteEnable'],
    ['without permission', pageOf({}, { granted: false }), 'guideSiteAccess'],
  ])('says what to do for a site %s', (_what, page, key) => {
    expect(guideSteps(connected, page)[1]).toMatchObject({ isDone: false, words: [key] });
  });
});

describe('the function step', () => {
  it.each<[string, GuidePage, string]>([
    ['there is no function yet', pageOf({ functions: [] }), 'guideFunctionAdd'],
    ['there is no site', { kind: 'unservable' }, 'guideFunctionAdd'],
    ['its site is not enabled', pageOf({ enabled: false }), 'guideFunctionDisabled'],
    ['the page has not been asked yet', pageOf({}, { report: undefined }), 'functionChecking'],
    ['the tab can not be asked', pageOf({}, { report: { available: false, reason: 'asleep' } }), 'tabUnavailable'],
    [
      'it is not in the page',
      pageOf({}, { report: { available: true, functions: { encrypt: { found: false } } } }),
      'guideFunctionMissing',
    ],
  ])('says what to do if %s', (_what, page, key) => {
    const [words] = [guideSteps(connected, page)[2]];
    expect(words).toMatchObject({ isDone: false });
    expect(words.words[0]).toBe(key);
  });
});
