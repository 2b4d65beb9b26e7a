import { CallError } from './errors.ts';

/**
 * The messages of one text frame: one, or an array of them. They are not looked into yet.
 *
 * @throws CallError `bad_request` where the text is not JSON or neither an object nor an array.
 */
export function parseFrame(text: string): { messages: unknown[]; batched: boolean } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new CallError('bad_request', 'The frame is not JSON', { cause });
  }
  if (Array.isArray(json)) return { messages: json, batched: true };
  if (typeof json === 'object' && json !== null) return { messages: [json], batched: false };
  throw new CallError('bad_request', 'The frame is neither a message nor an array of messages');
}
