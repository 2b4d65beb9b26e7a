import type { Answer } from './load-caller.ts';
import type { Ending, Plan, Task } from './plan.ts';

/** More faults are not recorded. */
const MAX_FAULTS = 20;

export interface Verdict {
  calls: number;
  endings: Partial<Record<Ending, number>>;
  faults: string[];
}

/**
 * Checks the outcome of each call: exactly one answer, as planned, with the right value, and at most one execution. A value
 * needs an execution; a rejected call must have none.
 */
export class History {
  readonly #open = new Map<number, Plan>();
  /** One byte per call, because a long run has millions. */
  #executions = new Uint8Array(65_536);
  readonly #endings: Partial<Record<Ending, number>> = {};
  readonly #faults: string[] = [];
  #calls = 0;

  begin(plan: Plan): Task {
    const call = ++this.#calls;
    if (call >= this.#executions.length) this.#grow();
    this.#open.set(call, plan);
    return { call, ...plan.task };
  }

  /** A client executes the task. */
  executed({ call }: Pick<Task, 'call'>): void {
    const times = (this.#executions[call] ?? 0) + 1;
    this.#executions[call] = times;
    if (times > 1) this.fault(`call ${call} was executed ${times} times`);
  }

  answered(task: Task, answer: Answer): void {
    const plan = this.#open.get(task.call);
    if (!plan) {
      this.fault(`call ${task.call} was answered twice`);
      return;
    }
    this.#open.delete(task.call);
    const ending = answer.ok ? 'ok' : answer.code;
    this.#endings[ending] = (this.#endings[ending] ?? 0) + 1;
    const wrong = this.#wrongIn(task, plan, answer);
    if (wrong) this.fault(`call ${task.call} (${JSON.stringify(plan, printable)}): ${wrong}`);
  }

  fault(what: string): void {
    if (this.#faults.length < MAX_FAULTS) this.#faults.push(what);
  }

  end(): Verdict {
    for (const [call, plan] of this.#open) this.fault(`call ${call} to ${plan.clientId} was never answered`);
    return { calls: this.#calls, endings: this.#endings, faults: this.#faults };
  }

  #wrongIn(task: Task, { clientId, mayEnd }: Plan, answer: Answer): string | undefined {
    const ending = answer.ok ? 'ok' : answer.code;
    if (!mayEnd.has(ending)) return `it ended with ${ending}${answer.ok ? '' : ` (${answer.message})`}`;
    const executed = this.#executions[task.call] === 1;
    if (answer.ok && !executed) return 'it has a value, but no execution';
    if (ending === 'client_not_found' && executed) return 'it was executed, although the answer is client_not_found';
    if (!answer.ok) return undefined;
    const right = JSON.stringify(rightValue(task, clientId));
    return JSON.stringify(answer.value) === right ? undefined : `its value is ${JSON.stringify(answer.value)}`;
  }

  #grow(): void {
    const larger = new Uint8Array(this.#executions.length * 2);
    larger.set(this.#executions);
    this.#executions = larger;
  }
}

/** The value of a task. It depends on the clientId and on the task's text and number. */
export function rightValue({ call, text, times = 1 }: Task, clientId: string): unknown {
  return { call, clientId, text: text.repeat(times) };
}

function printable(_key: string, value: unknown): unknown {
  if (value instanceof Set) return [...value];
  return typeof value === 'string' ? value.slice(0, 40) : value;
}
