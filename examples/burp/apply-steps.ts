import { CallError } from '../../shared/errors.ts';
import type { Message } from './message.ts';
import { formatPart, isInBody } from './part.ts';
import { putPart } from './put-part.ts';
import type { Step } from './rules.ts';
import { takePart } from './take-part.ts';

/** Calls a function of a page. @throws CallError */
export type CallFunction = (client: string, fn: string, args: unknown[]) => Promise<unknown>;

/** The message as the steps make it, each seeing what those before it made. @throws CallError: then nothing has changed */
export async function applySteps(steps: readonly Step[], message: Message, call: CallFunction): Promise<Message> {
  let current = message;
  for (const step of steps) current = await applyStep(step, current, call);
  return current;
}

async function applyStep(step: Step, message: Message, call: CallFunction): Promise<Message> {
  // There is nothing to encrypt or decrypt in a GET, a 204, a 304.
  if (isInBody(step.put) && message.body.length === 0) return message;
  const args = step.take.map((part) => takePart(message, part, step.charset));
  const missing = step.take.find((_, index) => args[index] === undefined);
  if (!missing) {
    const answer = await call(step.client, step.fn, args);
    return putPart(message, step.put, answer, step.charset);
  }
  if (step.optional) return message;
  throw new CallError('bad_request', `the ${step.on} has no ${formatPart(missing)}`);
}
