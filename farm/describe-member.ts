import type { ClientInfo } from '../shared/protocol.ts';
import { visibleLine } from '../shared/visible-text.ts';
import type { Member } from './fleet.ts';
import type { RelayView } from './relay-view.ts';

/** One browser and what the relay says of it, for programs (`--json`) and for people alike. */
export interface MemberReport {
  number: number;
  clientId: string;
  state: Member['state']['status'];
  pid?: number;
  /** RFC 3339. */
  since?: string;
  retryAt?: string;
  reason?: string;
  restarts: number;
  /** Absent where the relay does not say. */
  connected?: boolean;
  /** How many of its tabs serve a function. */
  tabs?: number;
}

export function reportOf(member: Member, relay: RelayView): MemberReport {
  const { number, clientId, state, restarts } = member;
  return { number, clientId, state: state.status, ...detailsOf(state), restarts, ...connectionOf(member, relay) };
}

function detailsOf(state: Member['state']): Pick<MemberReport, 'pid' | 'since' | 'retryAt' | 'reason'> {
  switch (state.status) {
    case 'running':
      return { pid: state.pid, since: new Date(state.since).toISOString() };
    case 'waiting':
      return { reason: state.reason, retryAt: new Date(state.retryAt).toISOString() };
    case 'starting':
    case 'ended':
      return {};
  }
}

function connectionOf({ clientId, mark, state }: Member, relay: RelayView): Pick<MemberReport, 'connected' | 'tabs'> {
  if (relay.state.status !== 'watching' || state.status !== 'running') return {};
  const client = relay.find(clientId, mark);
  return client ? { connected: true, tabs: tabsOf(client) } : { connected: false };
}

function tabsOf({ functions }: ClientInfo): number {
  return new Set(functions.flatMap(({ tabs }) => tabs.map(({ tabId }) => tabId))).size;
}

/** `running · connected · 1 tab serves` */
export function describeReport(
  { state, retryAt, reason, connected, tabs = 0 }: MemberReport,
  now = Date.now(),
): string {
  switch (state) {
    case 'starting':
    case 'ended':
      return state;
    case 'waiting': {
      const seconds = Math.max(0, Math.ceil((Date.parse(retryAt ?? '') - now) / 1_000));
      return `starts again in ${seconds} s: ${visibleLine(reason ?? '')}`;
    }
    case 'running':
      if (connected === undefined) return 'running';
      if (!connected) return 'running · not connected';
      return `running · connected · ${tabs === 0 ? 'no tab serves' : tabs === 1 ? '1 tab serves' : `${tabs} tabs serve`}`;
  }
}
