import { MAX_BATCH_BYTES } from '../../../shared/limits.ts';
import { isArray, parseJson, setPrototypeOf } from '../../../shared/primordials.ts';
import type { CaptureTask, PageTask } from '../../platform/messages.ts';
import { PAGE } from '../rendezvous.ts';
import * as dom from './dom-primordials.ts';
import { openPageEndpoint } from './page-endpoint.ts';
import { runTask } from './run-task.ts';

/** Does the tasks that come over the channel, and sends the answers of one tick as one string. */
export function startPageScript(): void {
  openPageEndpoint(PAGE, (send) => {
    const answers = gatherAnswers(send);
    return { onText: (text) => answers.of((answer) => runTasks(text, answer)), onEnd: () => {} };
  });
}

type Task = PageTask | CaptureTask;

/** `detail` is a Task[], or the same with the ids of those that still are to be done. */
function runTasks(detail: string, answer: Answer): void {
  const parsed = withoutPrototype(parseJson(detail)) as Task[] | { only: number[]; tasks: Task[] };
  const tasks = isArray(parsed) ? parsed : parsed.tasks;
  const only = isArray(parsed) ? undefined : parsed.only;
  for (let index = 0; index < tasks.length; index++) {
    const task = withoutPrototype(tasks[index]) as Task;
    if (!only || includes(only, task.id)) runTask(task, answer);
  }
}

/** What a task leaves out must not be looked for in Object.prototype, to which a page may have added. */
function withoutPrototype(json: unknown): unknown {
  return isArray(json) ? json : setPrototypeOf(json as object, null);
}

function includes(ids: readonly number[], id: number): boolean {
  for (let index = 0; index < ids.length; index++) if (ids[index] === id) return true;
  return false;
}

type Answer = (text: string) => void;

interface Answers {
  /** Runs tasks. What they answer, or promises that are settled already, leaves right after; what is told later, with all else of its tick. */
  of(run: (answer: Answer) => void): void;
}

/** A large answer travels alone: Chromium's ports take no more than 64 MiB at once. */
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
