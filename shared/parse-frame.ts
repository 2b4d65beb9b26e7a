import { CallError } from './errors.ts';

/**
 * Splits a text frame into its messages without validating them.
 *
 * @throws CallError `bad_request` unless the text is a JSON object or array
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
