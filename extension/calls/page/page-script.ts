import { MAX_BATCH_BYTES } from '../../../shared/limits.ts';
import { isArray, parseJson, setPrototypeOf } from '../../../shared/primordials.ts';
import type { PageTask, RootTask } from '../../platform/messages.ts';
import { PAGE } from '../rendezvous.ts';
import * as dom from './dom-primordials.ts';
import { openPageEndpoint } from './page-endpoint.ts';
import type { PathRoots } from './path-roots.ts';
import { runTask } from './run-task.ts';

/** Runs the tasks of the channel, and sends the answers of one tick as one string. */
export function startPageScript(roots: PathRoots): void {
  openPageEndpoint(PAGE, (send) => {
    const answers = gatherAnswers(send);
    return { onText: (text) => answers.of((answer) => runTasks(text, roots, answer)), onEnd: () => {} };
  });
}

type Task = PageTask | RootTask;

/** `detail` is a Task[], or an object with the ids of those that are still to run. */
function runTasks(detail: string, roots: PathRoots, answer: Answer): void {
  const parsed = withoutPrototype(parseJson(detail)) as Task[] | { only: number[]; tasks: Task[] };
  const tasks = isArray(parsed) ? parsed : parsed.tasks;
  const only = isArray(parsed) ? undefined : parsed.only;
  for (let index = 0; index < tasks.length; index++) {
    const task = withoutPrototype(tasks[index]) as Task;
    if (!only || includes(only, task.id)) runTask(task, roots, answer);
  }
}

/** A missing property must not be read from Object.prototype, which a page may have extended. */
function withoutPrototype(json: unknown): unknown {
  return isArray(json) ? json : setPrototypeOf(json as object, null);
}

function includes(ids: readonly number[], id: number): boolean {
  for (let index = 0; index < ids.length; index++) if (ids[index] === id) return true;
  return false;
}

type Answer = (text: string) => void;

interface Answers {
  /**
   * Runs tasks. Synchronous answers and those of settled promises are sent right after; later ones once per
   * tick.
   */
  of(run: (answer: Answer) => void): void;
}

/** A large answer is sent alone: Chromium's ports take at most 64 MiB per message. */
function gatherAnswers(send: (text: string) => void): Answers {
  let gathered = '';
  let isRunning = false;
  const flush = () => {
    const text = gathered;
    gathered = '';
    if (text !== '') send(`[${text}]`);
  };
  const flushSoon = dom.soon(flush);
  const answer: Answer = (text) => {
    if (gathered.length + text.length > MAX_BATCH_BYTES) flush();
    if (gathered !== '') gathered += `,${text}`;
    else {
      gathered = text;
      if (!isRunning) flushSoon();
    }
  };
  return {
    of(run) {
      isRunning = true;
      try {
        run(answer);
      } finally {
        isRunning = false;
        dom.afterThis(flush);
      }
    },
  };
}
