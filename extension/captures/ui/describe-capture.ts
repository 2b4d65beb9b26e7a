import type { CaptureState } from '../../platform/messages.ts';
import type { Text } from '../../ui/t.ts';

export type Tone = 'good' | 'busy' | 'bad';

/** The state of a capture: a short mark and, if needed, an explanation. */
export interface CaptureWords {
  readonly tone: Tone;
  readonly mark: Text;
  readonly detail?: Text;
}

export function describeCapture(state: CaptureState): CaptureWords {
  switch (state.kind) {
    case 'in-place':
      return { tone: 'good', mark: ['captureInPlace'] };
    case 'waiting':
      return { tone: 'busy', mark: ['captureWaiting'], detail: WAITING[state.for] };
    case 'not-matched':
      return {
        tone: 'bad',
        mark: ['captureNotMatched'],
        detail: [state.several ? 'captureSeveral' : 'captureNowhere', { script: fileOf(state.script) }],
      };
    case 'ambiguous':
      return { tone: 'bad', mark: ['captureNotMatched'], detail: ['captureAmbiguous'] };
    case 'changed':
      return { tone: 'bad', mark: ['captureNotMatched'], detail: ['captureChanged'] };
    case 'unfit':
      return { tone: 'bad', mark: ['captureUnfit'], detail: ['captureUnfitDetail', { reason: state.reason }] };
    case 'failed':
      return { tone: 'bad', mark: ['captureUnfit'], detail: ['captureFailedDetail', { reason: state.reason }] };
    case 'out-of-reach':
      return {
        tone: 'bad',
        mark: ['captureUnfit'],
        detail: OUT_OF_REACH[state.why](fileOf(state.script)),
      };
    case 'needs-build':
      return { tone: 'bad', mark: ['captureOff'], detail: ['captureNeedsBuild'] };
    case 'needs-permission':
      return { tone: 'bad', mark: ['captureOff'], detail: missingPermission(state.scripts) };
    case 'stopped':
      return { tone: 'bad', mark: ['captureOff'], detail: ['captureStopped'] };
    default:
      return state satisfies never;
  }
}

function missingPermission([script]: readonly string[]): Text {
  return script === undefined ? ['captureNeedsPermission'] : ['captureNeedsHost', { host: hostOf(script) }];
}

function hostOf(script: string): string {
  return /^https?:\/\/([^/]+)/i.exec(script)?.[1] ?? script;
}

const WAITING = {
  script: ['captureWaitingScript'],
  reload: ['captureWaitingReload'],
  passing: ['captureWaitingPassing'],
  value: ['captureWaitingValue'],
} as const satisfies Record<string, Text>;

const OUT_OF_REACH = {
  integrity: (script) => ['captureIntegrity', { script }],
  policy: (script) => ['capturePolicy', { script }],
  'too-large': (script) => ['captureTooLarge', { script }],
  worker: (script) => ['captureViaWorker', { script }],
  evaluated: () => ['captureEvaluated'],
  charset: (script) => ['captureCharset', { script }],
  xml: (script) => ['captureXml', { script }],
  breakpoint: () => ['captureNoBreakpoints'],
} as const satisfies Record<string, (script: string) => Text>;

/** The file name of a URL. */
export function fileOf(url: string): string {
  return (
    url
      .replace(/[?#].*/s, '')
      .split('/')
      .at(-1) || url
  );
}
