import type { ErrorCode } from '../../shared/errors.ts';
import type { Random } from './random.ts';

/** Instructions for the client, sent as the argument of the call. */
export interface Task {
  /** The call's number in the history. */
  call: number;
  /** Returned in the answer. */
  text: string;
  /** Repetitions of the text; once if undefined. */
  times?: number;
  afterMs: number;
  act: Act;
}
export type Act = 'answer' | 'throw' | 'nothing' | FailureOfPage;
type FailureOfPage = (typeof FAILURES_OF_PAGES)[number];

const FAILURES_OF_PAGES = [
  'tab_closed',
  'page_unloaded',
  'tab_unavailable',
  'result_not_serializable',
] as const satisfies ErrorCode[];

/** The plan of one call. */
export interface Plan {
  clientId: string;
  task: Omit<Task, 'call'>;
  timeoutMs?: number;
  cancelAfterMs?: number;
  /** Allowed outcomes. */
  mayEnd: ReadonlySet<Ending>;
}
export type Ending = 'ok' | ErrorCode;

export interface ClientTraits {
  clientId: string;
  protocol: 1 | 2;
  /** It disconnects and reconnects. */
  restless: boolean;
}

export interface CallerTraits {
  /** Whether it can set a timeout and cancel. */
  controls: boolean;
  restless: boolean;
}

const PIECES = ['a', 'Zürich', '漢字', '😀', '"\\', '\u0000', '\ud800', ' '];

export function drawPlan(random: Random, caller: CallerTraits, client: ClientTraits): Plan {
  const act = drawAct(random, caller, client);
  const text = random.pick(PIECES).repeat(random.chance(2) ? random.int(100, 5_000) : random.int(0, 20));
  const task = { act, text, afterMs: random.chance(70) ? 0 : random.int(1, 15) };
  // An unanswered call would block its lane for half a minute.
  const hurried = act === 'nothing' || (caller.controls && random.chance(5));
  const cancelled = caller.controls && random.chance(5);
  return {
    clientId: client.clientId,
    task,
    ...(hurried && { timeoutMs: random.int(1, 40) }),
    ...(cancelled && { cancelAfterMs: random.int(0, 20) }),
    mayEnd: new Set<Ending>([
      // A first-protocol client has one code for all failures.
      act === 'answer'
        ? 'ok'
        : act === 'nothing'
          ? 'timeout'
          : client.protocol === 1 || act === 'throw'
            ? 'function_threw'
            : act,
      ...(hurried ? (['timeout'] as const) : []),
      ...(cancelled ? (['cancelled'] as const) : []),
      ...(client.restless ? (['client_disconnected', 'client_not_found'] as const) : []),
      ...(caller.restless ? (['relay_disconnected'] as const) : []),
    ]),
  };
}

function drawAct(random: Random, caller: CallerTraits, client: ClientTraits): Act {
  if (random.chance(80)) return 'answer';
  if (caller.controls && random.chance(30)) return 'nothing';
  return client.protocol === 1 ? 'throw' : random.pick(['throw', ...FAILURES_OF_PAGES]);
}
