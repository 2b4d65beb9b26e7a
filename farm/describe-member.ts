import type { ClientInfo } from '../shared/protocol.ts';
import { visibleLine } from '../shared/visible-text.ts';
import type { Member } from './fleet.ts';
import type { RelayView } from './relay-view.ts';

/** State of one browser and its connection, as printed by `--json`. */
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
  /** Absent if the relay can't be watched. */
  connected?: boolean;
  /** How many of its tabs serve a function. */
  tabs?: number;
  /** How many pages do not answer; absent if none. */
  silent?: number;
  /** Dialogs that were closed. */
  dialogs?: Member['dialogs'];
}

export function reportOf(member: Member, relay: RelayView): MemberReport {
  const { number, clientId, state, restarts, silent, dialogs } = member;
  return {
    number,
    clientId,
    state: state.status,
    ...detailsOf(state),
    restarts,
    ...connectionOf(member, relay),
    ...(silent > 0 ? { silent } : {}),
    ...(dialogs ? { dialogs } : {}),
  };
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

/** `running · connected · 1 tab serves · 1 page does not answer · closed alert "Session expired"` */
export function describeReport(report: MemberReport, now = Date.now()): string {
  const { state, retryAt, reason, silent = 0 } = report;
  switch (state) {
    case 'starting':
    case 'ended':
      return state;
    case 'waiting': {
      const seconds = Math.max(0, Math.ceil((Date.parse(retryAt ?? '') - now) / 1_000));
      return `restarts in ${seconds} s: ${visibleLine(reason ?? '')}`;
    }
    case 'running':
      return [
        'running',
        ...describeConnection(report),
        ...(silent > 0 ? [silent === 1 ? '1 page does not answer' : `${silent} pages do not answer`] : []),
        ...describeDialogs(report),
      ].join(' · ');
  }
}

function describeConnection({ connected, tabs = 0 }: MemberReport): string[] {
  if (connected === undefined) return [];
  if (!connected) return ['not connected'];
  return ['connected', tabs === 0 ? 'no tab serves' : tabs === 1 ? '1 tab serves' : `${tabs} tabs serve`];
}

function describeDialogs({ dialogs }: MemberReport): string[] {
  if (!dialogs) return [];
  const { count, last } = dialogs;
  const what = visibleLine(`${last.type} "${last.message}"`);
  return [count === 1 ? `closed ${what}` : `closed ${count} dialogs, last: ${what}`];
}
