import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { ClientInfo } from '../shared/protocol.ts';
import type { Member } from './fleet.ts';
import { LiveTable } from './live-table.ts';
import type { RelayView } from './relay-view.ts';

let written: string[];
let members: Member[];
let relay: Pick<RelayView, 'state' | 'calls' | 'failed' | 'find'>;
let client: ClientInfo | undefined;
let table: LiveTable | undefined;
beforeEach(() => {
  vi.useFakeTimers();
  written = [];
  client = undefined;
  members = [{ number: 1, clientId: 'farm', mark: 5, state: { status: 'starting' }, restarts: 0, silent: 0 }];
  relay = { state: { status: 'watching' }, calls: 3, failed: 1, find: () => client };
});
afterEach(() => {
  table?.close();
  vi.useRealTimers();
});

function show({ isTTY = false, json = false, columns = 100 } = {}): LiveTable {
  const terminal = {
    stdout: { write: (text: string | Uint8Array) => written.push(String(text)), isTTY, columns },
    stderr: { write() {} },
    readStdin: async () => '',
    env: {},
    signal: new AbortController().signal,
  };
  // The only part that LiveTable uses.
  table = new LiveTable(terminal, members, relay as RelayView, { json });
  return table;
}

function become(state: Member['state']): void {
  Object.assign(members[0] as Member, { state });
  table?.changed();
  vi.advanceTimersByTime(1);
}

const serving = (tabs: number[]): ClientInfo => ({
  clientId: 'farm',
  connectionId: 'c',
  protocol: 2,
  functions: [{ name: 'f', tabs: tabs.map((tabId) => ({ tabId, url: 'https://shop.test/' })) }],
  inFlight: 0,
  connectedAt: '',
});

it('prints a line per change without a terminal', () => {
  show();
  become({ status: 'starting' });
  become({ status: 'running', pid: 7, since: 0 });
  become({ status: 'running', pid: 7, since: 0 });
  client = serving([1, 2]);
  become({ status: 'running', pid: 7, since: 0 });
  become({ status: 'waiting', reason: 'ended with SIGKILL\u001b[2J', retryAt: 9_000 });
  expect(written).toEqual([
    'browser 1 (farm): starting\n',
    'browser 1 (farm): running · not connected\n',
    'browser 1 (farm): running · connected · 2 tabs serve\n',
    'browser 1 (farm): restarts soon: ended with SIGKILL\\u001b[2J\n',
  ]);
});

it('omits the connection if the relay cannot be watched', () => {
  show();
  relay.state = { status: 'unknown', reason: 'a token is needed' };
  become({ status: 'running', pid: 7, since: 0 });
  expect(written).toEqual(['browser 1 (farm): running\n']);
});

it('prints one JSON object per line with --json', () => {
  show({ isTTY: true, json: true });
  client = serving([1]);
  become({ status: 'running', pid: 7, since: 0 });
  expect(written.map((line) => JSON.parse(line))).toEqual([
    {
      number: 1,
      clientId: 'farm',
      state: 'running',
      pid: 7,
      since: '1970-01-01T00:00:00.000Z',
      restarts: 0,
      connected: true,
      tabs: 1,
    },
  ]);
});

it('redraws one table on a terminal, every second too', () => {
  show({ isTTY: true });
  become({ status: 'waiting', reason: 'ended', retryAt: Date.now() + 5_000 });
  expect(written.at(-1)).toContain('restarts in 5 s: ended');
  expect(written.at(-1)).toContain('3 calls, 1 failed');
  const height = written.at(-1)?.split('\n').length ?? 0;
  vi.advanceTimersByTime(1_001);
  expect(written.at(-1)).toContain('restarts in 4 s');
  expect(written.at(-1)?.startsWith(`\u001b[${height - 1}A\u001b[J`)).toBe(true);
});

it('does not redraw an unchanged table', () => {
  show({ isTTY: true });
  become({ status: 'starting' });
  vi.advanceTimersByTime(5_000);
  expect(written).toHaveLength(1);
});

it('cuts lines at the width of the terminal', () => {
  show({ isTTY: true, columns: 30 });
  become({ status: 'waiting', reason: 'ended with exit code 1', retryAt: 9_000 });
  const lines = written.at(-1)?.split('\n') ?? [];
  expect(lines.filter((line) => line.length > 30)).toEqual([]);
  expect(lines[0]).toMatch(/…$/);
});

it('does not mention Ctrl-C once all browsers have ended', () => {
  show({ isTTY: true });
  become({ status: 'ended' });
  expect(written.at(-1)).toMatch(/3 calls, 1 failed\.\n$/);
});

it('reports closed dialogs and pages that do not answer', () => {
  show();
  become({ status: 'running', pid: 7, since: 0 });
  const [member] = members as [Member];
  member.dialogs = { count: 1, last: { type: 'alert', message: 'Session\u001b[2J expired' } };
  table?.changed();
  vi.advanceTimersByTime(1);
  member.dialogs = { count: 2, last: { type: 'confirm', message: 'Log in?' } };
  member.silent = 1;
  table?.changed();
  vi.advanceTimersByTime(1);
  expect(written.slice(1)).toEqual([
    'browser 1 (farm): running · not connected · closed alert "Session\\u001b[2J expired"\n',
    'browser 1 (farm): running · not connected · 1 page does not answer · closed 2 dialogs, last: confirm "Log in?"\n',
  ]);
});
