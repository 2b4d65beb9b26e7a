import { inlineScripts } from '../plan/inline-scripts.ts';
import { lineColumnAt } from '../plan/line-column.ts';
import { parseScript } from '../plan/syntax/parse-script.ts';
import { isFunction, type Node, pathTo } from '../plan/syntax/syntax-tree.ts';
import type { CaptureEntry } from './capture-edits.ts';

/** A piece of source shorter than this is soon ambiguous in the next version of a script. */
const MIN_EXCERPT_LENGTH = 16;
const MAX_EXCERPT_LENGTH = 300;

/** What to capture for somebody who has pointed at a place in a script: most likely the function around it. */
export function guessCapture(script: string, text: string, offset: number): CaptureEntry {
  const found = functionIn(text, offset);
  const start = found?.start ?? offset;
  return {
    name: nameFor(found?.expression ?? ''),
    script: patternFor(script),
    anchor: uniqueExcerpt(text, start),
    expression: found?.expression ?? '',
    breakpoint: false,
  };
}

interface FoundFunction {
  /** What it is called where it is declared. */
  readonly expression: string;
  readonly start: number;
}

/** In a document the function is looked for in the script that the place is in. */
function functionIn(text: string, offset: number): FoundFunction | undefined {
  if (!/^\s*</.test(text)) return functionAround(text, offset);
  const script = inlineScripts(text).find(({ start, text }) => start <= offset && offset < start + text.length);
  const found = script && functionAround(script.text, offset - script.start);
  return found && { ...found, start: found.start + script.start };
}

function functionAround(text: string, offset: number): FoundFunction | undefined {
  const parsed = parseScript(text);
  if (parsed instanceof Error) return undefined;
  const path = pathTo(parsed.program, offset);
  for (let index = path.length - 1; index > 0; index--) {
    const found = isFunction(path[index]) ? nameOf(path, index, text) : undefined;
    if (found) return found;
  }
  return undefined;
}

function nameOf(path: readonly Node[], index: number, text: string): FoundFunction | undefined {
  const [node, parent] = [path[index] as Node, path[index - 1]];
  if (node.type === 'FunctionDeclaration' && node.id) return { expression: node.id.name, start: node.start };
  switch (parent?.type) {
    case 'VariableDeclarator':
      return parent.id.type === 'Identifier' ? { expression: parent.id.name, start: parent.start } : undefined;
    case 'AssignmentExpression':
      return { expression: text.slice(parent.left.start, parent.left.end), start: parent.start };
    case 'MethodDefinition':
    case 'PropertyDefinition':
    case 'Property':
      return methodName(parent, text);
    default:
      return undefined;
  }
}

type Keyed = Extract<Node, { type: 'Property' | 'MethodDefinition' | 'PropertyDefinition' }>;

function methodName(node: Keyed, text: string): FoundFunction | undefined {
  const { key } = node;
  if ('kind' in node && node.kind === 'constructor') return undefined;
  // Modules in a webpack bundle are such: numbers and file names, which nothing calls by them.
  if (key.type === 'Literal') return undefined;
  const name = text.slice(key.start, key.end);
  const isName = key.type === 'Identifier' || key.type === 'PrivateIdentifier';
  return { expression: isName && !node.computed ? `this.${name}` : `this[${name}]`, start: key.start };
}

/** The shortest piece of source from there on that stands in the script once; else its line and column. */
export function uniqueExcerpt(text: string, start: number): string {
  for (let length = MIN_EXCERPT_LENGTH; length <= MAX_EXCERPT_LENGTH; length += 4) {
    const piece = text.slice(start, start + length);
    if (text.indexOf(piece) === start && text.indexOf(piece, start + 1) < 0) return piece;
    if (start + length >= text.length) break;
  }
  const { line, column } = lineColumnAt(text, start);
  return `${line}:${column}`;
}

/** Builds write a hash into file names, which changes with each release. */
export function patternFor(script: string): string {
  const url = new URL(script);
  const path = url.pathname.replace(/([.-])(?=[\w-]*\d)[\w-]{6,}(?=\.)/g, '$1*');
  return `${url.origin}${path}`;
}

function nameFor(expression: string): string {
  const last = /[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.exec(expression)?.[0] ?? '';
  return last.length > 2 ? last : '';
}
