import { fingerprint } from '../../calls/page/bundles/fingerprint.ts';
import { inlineScripts } from '../plan/inline-scripts.ts';
import { planFunction } from '../plan/plan-function.ts';
import { type FunctionSite, functionsAround, keyName } from '../plan/syntax/function-at.ts';
import { parseScript } from '../plan/syntax/parse-script.ts';
import type { Node } from '../plan/syntax/syntax-tree.ts';
import type { CaptureEntry } from './capture-edits.ts';
import { type LoadedTexts, scriptAnchor } from './script-anchor.ts';

/** A function around an offset, and the capture of it. */
export interface GuessedFunction {
  readonly entry: CaptureEntry;
  readonly name: string;
  readonly kind: 'function' | 'method' | 'static';
  /** The class of a method; empty if it has no name. Undefined for a function of anything else. */
  readonly className?: string;
  readonly params: number;
  /** The first characters of its source. */
  readonly excerpt: string;
  /** What the script calls it there; empty if nothing does. A breakpoint needs it. */
  readonly expression: string;
  /** Why it can't be captured where it stands. Its entry then has the expression. */
  readonly reason?: string;
}

export interface CaptureGuess {
  /** The innermost first. */
  readonly functions: readonly GuessedFunction[];
  /** The index of the one that is most likely meant. */
  readonly chosen: number;
  /** What is known if the offset is in no function. */
  readonly entry: CaptureEntry;
}

const EXCERPT_LENGTH = 80;

/** Guesses a capture from an offset in a script: most likely of the innermost function that has a name. */
export function guessCapture(texts: LoadedTexts, script: string, offset: number): CaptureGuess {
  const text = texts.get(script) ?? '';
  const part = partAt(text, offset);
  const functions = sitesAt(part.text, offset - part.start).map((site) =>
    describeSite(site, part.text, (start) => scriptAnchor(texts, script, part.start + start)),
  );
  const named = functions.findIndex(({ name }) => name !== '');
  const chosen = Math.max(0, named);
  const entry = functions[chosen]?.entry ?? { ...NOTHING, ...scriptAnchor(texts, script, offset) };
  return { functions, chosen, entry };
}

const NOTHING = { name: '', expression: '', breakpoint: false };

/** In a document, the script that contains the offset. */
function partAt(text: string, offset: number): { start: number; text: string } {
  if (!/^\s*</.test(text)) return { start: 0, text };
  const inline = inlineScripts(text).find(({ start, text }) => start <= offset && offset < start + text.length);
  return inline ?? { start: 0, text: '' };
}

function sitesAt(text: string, offset: number): FunctionSite[] {
  const parsed = parseScript(text, [offset]);
  if (parsed instanceof Error) return [];
  return functionsAround(parsed.program, offset);
}

function describeSite(
  site: FunctionSite,
  text: string,
  anchorAt: (start: number) => Pick<CaptureEntry, 'script' | 'anchor'>,
): GuessedFunction {
  const { path, fn, start } = site;
  const parent = path.at(-2);
  const name = nameOf(site, text);
  const owner = parent?.type === 'MethodDefinition' ? path.at(-4) : undefined;
  const className = owner && 'id' in owner ? ((owner.id as { name: string } | null)?.name ?? '') : undefined;
  const isStatic = parent?.type === 'MethodDefinition' && parent.static;
  const reason = reasonAgainst(text, site);
  const at = anchorAt(start);
  const expression = expressionFor(site, className, text);
  return {
    name,
    kind: parent?.type === 'MethodDefinition' ? (isStatic ? 'static' : 'method') : 'function',
    ...(className === undefined ? {} : { className }),
    params: fn.params.length,
    excerpt: text.slice(start, start + EXCERPT_LENGTH).replace(/\s+/g, ' '),
    expression,
    ...(reason ? { reason } : {}),
    entry: {
      ...at,
      name: captureName(name),
      expression: reason ? expression : '',
      breakpoint: false,
      ...(reason ? {} : { fingerprint: { of: fingerprint(sourceOf(site, text)), at: at.anchor } }),
    },
  };
}

/** The source as the page's engine reports it: a method's starts at its name. */
function sourceOf({ path, fn }: FunctionSite, text: string): string {
  const parent = path.at(-2);
  const isMethod = parent?.type === 'MethodDefinition' || (parent?.type === 'Property' && parent.method);
  if (!isMethod) return text.slice(fn.start, fn.end);
  return text.slice(parent.start, parent.end).replace(/^static\s+/, '');
}

function reasonAgainst(text: string, site: FunctionSite): string | undefined {
  try {
    planFunction(text, site, { hook: 'h', name: 'n', script: '', variable: 'v' });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** What the function is called where it stands; empty if it has no name. */
function nameOf({ path, fn }: FunctionSite, text: string): string {
  const parent = path.at(-2);
  switch (parent?.type) {
    case 'VariableDeclarator':
      return parent.id.type === 'Identifier' ? parent.id.name : '';
    case 'AssignmentExpression':
      return text.slice(parent.left.start, parent.left.end);
    case 'AssignmentPattern':
      return parent.left.type === 'Identifier' ? parent.left.name : '';
    case 'MethodDefinition':
      return parent.kind === 'constructor' ? '' : (keyName(parent.key, parent.computed) ?? '');
    case 'PropertyDefinition':
      return keyName(parent.key, parent.computed) ?? '';
    case 'Property':
      return propertyName(parent);
    default:
      return 'id' in fn ? (fn.id?.name ?? '') : '';
  }
}

/** Modules in a webpack bundle are properties too, named by numbers and files, which nothing calls. */
function propertyName({ key, computed }: Extract<Node, { type: 'Property' }>): string {
  const name = keyName(key, computed) ?? '';
  return /^[\w$]+$/.test(name) ? name : '';
}

/** An expression that has the function as its value at the place where it stands. */
function expressionFor(site: FunctionSite, className: string | undefined, text: string): string {
  const name = nameOf(site, text);
  const parent = site.path.at(-2);
  if (name === '') return '';
  const isMember =
    parent?.type === 'Property' || parent?.type === 'PropertyDefinition' || parent?.type === 'MethodDefinition';
  if (!isMember) return name;
  const isStatic = parent.type !== 'Property' && parent.static;
  return isStatic && className ? `${className}.${name}` : `this.${name}`;
}

function captureName(name: string): string {
  const last = /[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.exec(name)?.[0] ?? '';
  return last.length > 2 ? last : '';
}
