import { CallError } from '../../shared/errors.ts';
import type { Message } from './message.ts';
import { formatPart, isInBody } from './part.ts';
import { putPart } from './put-part.ts';
import type { Step } from './rules.ts';
import { takePart } from './take-part.ts';

/** Calls a function of a page. @throws CallError */
export type CallFunction = (client: string, fn: string, args: unknown[]) => Promise<unknown>;

/** Applies the steps in order, each to the result of the previous one. @throws CallError, without changes */
export async function applySteps(steps: readonly Step[], message: Message, call: CallFunction): Promise<Message> {
  let current = message;
  for (const step of steps) current = await applyStep(step, current, call);
  return current;
}

async function applyStep(step: Step, message: Message, call: CallFunction): Promise<Message> {
  // A GET, 204 or 304 has no body to encrypt or decrypt.
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
