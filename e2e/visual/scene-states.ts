import type { CallEntry, CallSummary, ProbeReport, RelayStatus } from '../../extension/platform/messages.ts';
import { defaultSettings, type Settings, type SiteSettings } from '../../extension/sites/settings-schema.ts';
import type { SceneState } from './scene.ts';

/** States of scenes. A reason that starts with @ is a message key of the extension. */

export const URL_OF_RELAY = 'ws://127.0.0.1:9999';
export const SHOP = 'https://shop.example';
/** 13:05:09 in UTC, the gallery's clock. */
const NOW = Date.UTC(2026, 0, 5, 13, 5, 9);

export const connected: RelayStatus = { state: 'connected', url: URL_OF_RELAY, clientId: 'my-browser', since: NOW };
export const waiting = {
  state: 'waiting',
  url: URL_OF_RELAY,
  retryAt: NOW + 8_000,
  reason: '@reasonUnreachable',
} as const satisfies RelayStatus;

export const shop: SiteSettings = {
  pattern: SHOP,
  enabled: true,
  functions: [
    { name: 'encrypt', path: 'shop.crypto.encrypt', default: true },
    { name: 'sign', path: 'shop.api["request signer"].sign' },
  ],
};

const bothFound: ProbeReport = {
  available: true,
  functions: { encrypt: { found: true }, sign: { found: true } },
};

export function settingsWith(...sites: SiteSettings[]): Settings {
  return { ...defaultSettings('my-browser'), sites };
}

/** A connected extension without calls, with overrides. */
export function stateWith(part: Partial<SceneState>): SceneState {
  return {
    settings: settingsWith(shop),
    status: connected,
    guideClosed: true,
    granted: true,
    probe: bothFound,
    frames: [],
    calls: { since: NOW - 3_600_000, keepsPayloads: false, functions: {} },
    entries: [],
    tried: { ok: true, ms: 6.6, value: 'v1.d51cbf812f0e1f57e65afd7eba914bf7e02bb69fd6a7191d6a6ff5787e72dba3' },
    finder: { state: 'idle' },
    captures: {},
    scripts: [],
    scriptText: '',
    permissions: [],
    ...part,
  };
}

/** Realistic durations: mostly short, sometimes long. */
const DURATIONS = Array.from({ length: 60 }, (_, index) => 2 + ((index * 37) % 11) / 2 + (index % 17 === 5 ? 22 : 0));

export const busy: CallSummary = {
  calls: 1_284,
  failures: 3,
  running: 1,
  p50: 4.5,
  p95: 24,
  recent: DURATIONS.map((ms, index) => ({ ms, ok: index % 23 !== 11 })),
};

const CALLERS: CallEntry['caller'][] = [
  { via: 'http', token: 'ci' },
  { via: 'websocket', token: 'mitmproxy of the test bench' },
  { via: 'popup' },
  { via: 'http' },
];

export const entries: CallEntry[] = Array.from({ length: 12 }, (_, index) => ({
  id: 100 - index,
  at: NOW - index * 1_700,
  ms: DURATIONS[index * 4] ?? 2,
  caller: CALLERS[index % CALLERS.length],
  outcome: index === 2 ? 'function_threw' : index === 4 ? 'cancelled' : 'ok',
}));

export const entriesWithPayloads: CallEntry[] = entries.map((entry, index) =>
  index > 3
    ? entry
    : { ...entry, payload: { args: '["hello",{"times":2}]', answer: '"v1.d51cbf812f0e1f57e65afd7eba9"' } },
);

export const inUse = {
  calls: {
    since: NOW - 3_600_000,
    keepsPayloads: false,
    functions: { encrypt: busy, sign: { ...busy, calls: 12, failures: 0, recent: busy.recent.slice(0, 12) } },
  },
  entries,
};
