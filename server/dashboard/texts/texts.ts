import type { ErrorCode } from '../../../shared/errors.ts';

/** All texts of the page in one language. */
export interface Texts {
  readonly title: string;
  readonly switchLanguage: string;
  readonly httpApi: string;
  readonly signOut: string;
  readonly copy: string;
  readonly copied: string;
  readonly copyFailed: string;

  readonly linkConnecting: string;
  readonly linkLive: string;
  readonly linkLost: string;
  readonly linkLostDetail: string;

  readonly openTitle: string;
  readonly openPrivate: string;
  readonly openPublic: string;
  readonly openAdvice: string;

  readonly signInTitle: string;
  readonly signInDetail: string;
  readonly signInToken: string;
  readonly signInShow: string;
  readonly signInSubmit: string;
  readonly signInMissing: string;
  readonly signInUnknown: string;
  readonly signInWrongRole: string;
  readonly signInTooMany: string;

  readonly tileClients: string;
  readonly tileCalls: string;
  readonly tileMedian: string;
  readonly tileSlow: string;
  readonly tileInFlight: string;
  readonly tileFailed: string;
  readonly none: string;

  readonly chartCalls: string;
  readonly chartDurations: string;
  readonly chartOk: string;
  readonly chartFailed: string;
  readonly chartQuiet: string;

  readonly clientsTitle: string;
  readonly clientsFilter: string;
  readonly clientsNoMatch: (wanted: string) => string;
  readonly clientsMore: (count: number) => string;
  readonly clientPool: (count: number) => string;
  readonly clientPasted: string;
  readonly clientSince: (time: string) => string;
  readonly clientNoFunctions: string;
  readonly functionDefault: string;
  readonly functionNoTab: string;
  readonly functionTabs: (count: number) => string;
  readonly functionTry: string;
  readonly functionTryNamed: (name: string, clientId: string) => string;

  readonly emptyTitle: string;
  readonly emptyDetail: string;
  readonly emptyExtension: string;
  readonly emptyRelayUrl: string;
  readonly emptyFunction: string;
  readonly emptyPaste: string;

  readonly tryTitle: string;
  readonly tryNobody: string;
  readonly tryClient: string;
  readonly tryFunction: string;
  readonly tryTarget: string;
  readonly tryAnyTab: string;
  readonly tryTimeout: string;
  readonly tryTimeoutWrong: string;
  readonly tryKind: string;
  readonly tryKindText: string;
  readonly tryKindJson: string;
  readonly tryText: string;
  readonly tryJson: string;
  readonly tryNotJson: (reason: string) => string;
  readonly tryNotArray: string;
  readonly tryRun: string;
  readonly tryCancel: string;
  readonly tryRunning: string;
  readonly tryAnswer: string;
  readonly tryStack: string;
  readonly tryCopyAnswer: string;
  readonly tryGone: string;

  readonly callsTitle: string;
  readonly callsNone: string;
  readonly callsNotShown: string;
  readonly callTime: string;
  readonly callClient: string;
  readonly callFunction: string;
  readonly callOutcome: string;
  readonly callTook: string;
  readonly callVia: string;
  readonly callOk: string;

  readonly pasteTitle: string;
  readonly pasteDetail: string;
  readonly pasteClientId: string;
  readonly pastePath: string;
  readonly pasteToken: string;
  readonly pasteTokenHint: string;
  readonly pasteScript: string;
  readonly pasteCopy: string;

  /** What to do about an error. */
  readonly advice: Readonly<Partial<Record<ErrorCode, string>>>;
}
