import { inlineScripts } from '../plan/inline-scripts.ts';
import { parseScript } from '../plan/syntax/parse-script.ts';
import { isFunction, type Node, pathTo } from '../plan/syntax/syntax-tree.ts';
import type { CaptureEntry } from './capture-edits.ts';
import { type LoadedTexts, scriptAnchor } from './script-anchor.ts';

/** Guesses a capture from an offset in a script: usually of the function around it. */
export function guessCapture(texts: LoadedTexts, script: string, offset: number): CaptureEntry {
  const found = functionIn(texts.get(script) ?? '', offset);
  return {
    name: nameFor(found?.expression ?? ''),
    ...scriptAnchor(texts, script, found?.start ?? offset),
    expression: found?.expression ?? '',
    breakpoint: false,
  };
}

interface FoundFunction {
  /** Its name at its declaration. */
  readonly expression: string;
  readonly start: number;
}

/** In a document, only the inline script at the offset is parsed. */
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
  // Keys of webpack modules, numbers and file names, are no names of functions.
  if (key.type === 'Literal') return undefined;
  const name = text.slice(key.start, key.end);
  const isName = key.type === 'Identifier' || key.type === 'PrivateIdentifier';
  return { expression: isName && !node.computed ? `this.${name}` : `this[${name}]`, start: key.start };
}

function nameFor(expression: string): string {
  const last = /[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.exec(expression)?.[0] ?? '';
  return last.length > 2 ? last : '';
}
