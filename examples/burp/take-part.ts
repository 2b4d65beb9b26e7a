import type { Charset } from './charset.ts';
import { takeField } from './form-text.ts';
import { findJson, isJson } from './json-text.ts';
import { bodyText, headerOf, type Message, refuseLostQuery } from './message.ts';
import type { Part } from './part.ts';

/** Reads a part as an argument. Undefined if it is missing. @throws CallError if the body is not text */
export function takePart(message: Message, part: Part, charset: Charset): unknown {
  switch (part.kind) {
    case 'body':
      return bodyText(message);
    case 'bytes':
      return message.body;
    case 'json':
      return parsed(jsonAt(message, part.keys));
    case 'json-text':
      return jsonAt(message, part.keys);
    case 'wrap':
      return parsed(jsonAt(message, [part.name]));
    case 'form':
      return isForm(message) ? takeField(bodyText(message), part, charset) : undefined;
    case 'query':
      refuseLostQuery(message, charset);
      return takeField(message.query, part, charset);
    case 'header':
      return headerOf(message, part.name);
    case 'method':
      return message.method;
    case 'path':
      return message.path;
    case 'text':
      return part.name;
    default:
      return part satisfies never;
  }
}

export function isForm(message: Message): boolean {
  const type = headerOf(message, 'content-type')?.toLowerCase();
  return type?.startsWith('application/x-www-form-urlencoded') ?? false;
}

function jsonAt(message: Message, keys: readonly string[]): string | undefined {
  const text = bodyText(message);
  const span = isJson(text) ? findJson(text, keys) : undefined;
  return span && text.slice(span.start, span.end);
}

function parsed(json: string | undefined): unknown {
  return json === undefined ? undefined : JSON.parse(json);
}
