import { CALLERS_TOKEN } from '../../../shared/errors.ts';
import { START_RELAY } from '../../../shared/start-relay.ts';
import type { RelayStatus } from '../../platform/messages.ts';
import type { Settings } from '../../sites/settings-schema.ts';
import type { Text } from '../../ui/t.ts';

export interface StatusDescription {
  tone: 'good' | 'busy' | 'bad' | 'idle';
  title: Text;
  /** The relay's address. */
  url?: string;
  /** Why there is no connection; `reason` is a text of the relay or the browser. */
  detail?: Text;
  reason?: string;
  /** What the user can do about it. */
  advice?: Text;
  canReconnect?: true;
}

/** The status for the current settings: a connection with older ones is about to be replaced. */
export function currentStatus(status: RelayStatus | undefined, settings: Settings): RelayStatus | undefined {
  if (status?.state !== 'connected') return status;
  const isCurrent = status.url === settings.relayUrl && status.clientId === settings.clientId;
  return isCurrent ? status : { state: 'connecting', url: settings.relayUrl };
}

/** Describes the connection: its state, the reason, and what to do. */
export function describeStatus(status: RelayStatus | undefined): StatusDescription {
  switch (status?.state) {
    case undefined:
      return { tone: 'idle', title: ['statusUnknown'] };
    case 'off':
      return { tone: 'idle', title: ['statusOff'], detail: ['statusOffDetail'], advice: ['statusOffAdvice'] };
    case 'connecting':
      return { tone: 'busy', title: ['statusConnecting'], url: status.url };
    case 'connected':
      return { tone: 'good', title: ['statusConnected'], url: status.url };
    case 'waiting': {
      const { reason } = status;
      return {
        tone: 'bad',
        title: ['statusWaiting'],
        reason,
        advice: ['statusWaitingAdvice', { command: START_RELAY }],
        canReconnect: true,
      };
    }
    case 'replaced':
      return {
        tone: 'bad',
        title: ['statusReplaced'],
        detail: ['statusReplacedDetail'],
        advice: ['statusReplacedAdvice'],
        canReconnect: true,
      };
    case 'refused':
      return { tone: 'bad', title: ['statusRefused'], ...describeRefusal(status), canReconnect: true };
  }
}

function describeRefusal({ code, reason }: { code: string; reason: string }) {
  if (code === 'forbidden' && reason.includes(CALLERS_TOKEN))
    return {
      detail: ['statusRefusedCallersToken'] as Text,
      advice: ['statusRefusedCallersTokenAdvice'] as Text,
    };
  const known: Record<string, Pick<StatusDescription, 'detail' | 'advice'>> = {
    unauthorized: { detail: ['statusRefusedUnauthorized'], advice: ['statusRefusedUnauthorizedAdvice'] },
    forbidden: { detail: ['statusRefusedForbidden'], advice: ['statusRefusedForbiddenAdvice'] },
  };
  return known[code] ?? { reason, advice: ['statusRefusedAdvice'] as Text };
}
