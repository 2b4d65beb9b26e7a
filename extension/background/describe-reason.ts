/** Why there is no connection to the relay. */
export type Reason =
  | { kind: 'unreachable' }
  | { kind: 'silent' }
  | { kind: 'not-ready' }
  | { kind: 'too-large' }
  | { kind: 'closed'; code: number; reason: string }
  | { kind: 'said'; message: string };

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
      return translate('reasonClosed', [reason.reason ? `${reason.code} ${reason.reason}` : `${reason.code}`]);
    case 'said':
      return reason.message;
  }
}
