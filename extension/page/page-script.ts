import { MAX_BATCH_BYTES } from '../../shared/limits.ts';
import { isArray, parseJson } from '../../shared/primordials.ts';
import type { CaptureTask, PageTask } from '../messages.ts';
import { ANSWER_SUFFIX, ASK, EVENT_TYPE, OFFER } from '../rendezvous.ts';
import * as dom from './dom-primordials.ts';
import { runTask } from './run-task.ts';

/**
 * The page's end of the channel: unpaired → serving → ended. It takes the first channel that is offered, does the tasks
 * that come over it, and sends the answers of one tick as one string.
 */
export function startPageScript(): void {
  const onOffer = (event: Event) => {
    const channel = dom.relatedTarget(event);
    const type = channel && dom.getAttribute(channel as Element, EVENT_TYPE);
    if (!type) return;
    // Two may have come by two injections at once: the channel is of the first.
    dom.removeAttribute(channel as Element, EVENT_TYPE);
    dom.unlistenToDocument(OFFER, onOffer);
    serve(channel, type);
  };
  dom.listenToDocument(OFFER, onOffer);
  dom.dispatchOnDocument(ASK);
}

function serve(channel: EventTarget, type: string): void {
  const answer = answers((text) => dom.dispatchText(channel, type + ANSWER_SUFFIX, text));
  const onTasks = (event: Event) => {
    const detail = dom.eventDetail(event);
    if (typeof detail !== 'string') return;
    if (detail === '') dom.unlisten(channel, type, onTasks);
    else runTasks(detail, answer);
  };
  dom.listen(channel, type, onTasks);
  dom.dispatchText(channel, type + ANSWER_SUFFIX, '');
}

type Task = PageTask | CaptureTask;

/** `detail` is a Task[], or the same with the ids of those that still are to be done. */
function runTasks(detail: string, answer: (text: string) => void): void {
  const parsed = parseJson(detail) as Task[] | { only: number[]; tasks: Task[] };
  const tasks = isArray(parsed) ? parsed : parsed.tasks;
  const only = isArray(parsed) ? undefined : parsed.only;
  for (let index = 0; index < tasks.length; index++) {
    const task = tasks[index] as Task;
    if (!only || includes(only, task.id)) runTask(task, answer);
  }
}

function includes(ids: readonly number[], id: number): boolean {
  for (let index = 0; index < ids.length; index++) if (ids[index] === id) return true;
  return false;
}

/** Gathers what is answered in one tick. A large answer travels alone: Chromium's ports take no more than 64 MiB at once. */
function answers(send: (text: string) => void): (text: string) => void {
  let gathered = '';
  const flush = () => {
    const text = gathered;
    gathered = '';
    if (text !== '') send(`[${text}]`);
  };
  const flushSoon = dom.soon(flush);
  return (text) => {
    if (gathered.length + text.length > MAX_BATCH_BYTES) flush();
    if (gathered === '') {
      gathered = text;
      flushSoon();
    } else gathered += `,${text}`;
  };
}
