import { CLOSE_CODE } from '../../../../shared/errors.ts';

/** Why there is no connection to the relay. */
export type Reason =
  | { kind: 'unreachable' }
  | { kind: 'silent' }
  | { kind: 'not-ready' }
  | { kind: 'too-large' }
  | { kind: 'closed'; code: number; reason: string }
  | { kind: 'said'; message: string };

/** Close codes with a text of their own. */
const CLOSED: Record<number, string | undefined> = {
  [CLOSE_CODE.going_away]: 'reasonStopped',
  [CLOSE_CODE.restart]: 'reasonStopped',
  [CLOSE_CODE.message_too_large]: 'reasonMessageTooLarge',
  [CLOSE_CODE.overloaded]: 'reasonOverloaded',
  [CLOSE_CODE.bad_request]: 'reasonNotUnderstood',
  [CLOSE_CODE.rate_limited]: 'reasonRateLimited',
};

/** Looks a text up in the language of the browser. */
export type Translate = (key: string, substitutions?: string[]) => string;

export function describeReason(reason: Reason, translate: Translate): string {
  switch (reason.kind) {
    case 'unreachable':
      return translate('reasonUnreachable');
    case 'silent':
      return translate('reasonSilent');
    case 'not-ready':
      return translate('reasonNotReady');
    case 'too-large':
      return translate('reasonTooLarge');
    case 'closed':
      return translate(CLOSED[reason.code] ?? 'reasonClosed', [
        reason.reason ? `${reason.code} ${reason.reason}` : `${reason.code}`,
      ]);
    case 'said':
      return reason.message;
  }
}
