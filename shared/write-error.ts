import { hideUserinfo } from './hide-userinfo.ts';
import * as js from './primordials.ts';
import type { Place } from './value-place.ts';
import { expectAtLeast, put, type Writing } from './writing.ts';

export function writeError(value: object, { parent, key }: Place, writing: Writing): void {
  const name = textPart(value, 'name');
  const message = textPart(value, 'message');
  const stack = textPart(value, 'stack');
  expectAtLeast(name.length + message.length + stack.length, parent, key, writing);
  const parts = `"name":${quote(name)},"message":${quote(message)},"stack":${quote(stack)}`;
  put(`{"$type":"error","value":{${parts}}}`, parent, key, writing);
}

function quote(text: string): string {
  return js.quote(hideUserinfo(text));
}

function textPart(error: object, key: string): string {
  try {
    const part = (error as Record<string, unknown>)[key];
    return typeof part === 'string' ? part : '';
  } catch {
    // A getter of the page threw. Keep the other parts.
    return '';
  }
}
