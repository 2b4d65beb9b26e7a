import type { RelayStatus } from '../../../platform/messages.ts';
import type { Translate } from './describe-reason.ts';

export interface Badge {
  text: string;
  color: string;
  title: string;
}

/** The connection as the toolbar button shows it: on, off, in between, or an error; never by colour alone. */
export function badgeFor({ state }: RelayStatus, translate: Translate): Badge {
  switch (state) {
    case 'connected':
      return { text: 'on', color: '#15803d', title: translate('badgeConnected') };
    case 'connecting':
      return { text: '…', color: '#b45309', title: translate('badgeConnecting') };
    case 'off':
      return { text: 'off', color: '#6b7280', title: translate('badgeOff') };
    case 'waiting':
      return { text: '!', color: '#b91c1c', title: translate('badgeWaiting') };
    case 'replaced':
      return { text: '!', color: '#b91c1c', title: translate('badgeReplaced') };
    case 'refused':
      return { text: '!', color: '#b91c1c', title: translate('badgeRefused') };
  }
}
