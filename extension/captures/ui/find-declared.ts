import { inlineScripts } from '../plan/inline-scripts.ts';
import { parseScript } from '../plan/syntax/parse-script.ts';
import type { Node } from '../plan/syntax/syntax-tree.ts';
import type { CaptureEntry } from './capture-edits.ts';
import { type LoadedTexts, scriptAnchor } from './script-anchor.ts';

/** Larger scripts are not parsed: that would block the popup for seconds. */
const MAX_LENGTH = 8_000_000;

/** A capture of the top-level declaration of this name, which no path can reach; undefined without one. */
export function findDeclared(texts: LoadedTexts, script: string, name: string): Omit<CaptureEntry, 'name'> | undefined {
  const text = texts.get(script);
  if (!text?.includes(name) || text.length > MAX_LENGTH) return undefined;
  const parts = /^\s*</.test(text) ? inlineScripts(text) : [{ start: 0, text }];
  for (const part of parts) {
    const start = declarationOf(part.text, name);
    if (start === undefined) continue;
    return { ...scriptAnchor(texts, script, part.start + start), expression: name, breakpoint: false };
  }
  return undefined;
}

function declarationOf(text: string, name: string): number | undefined {
  const parsed = text.includes(name) ? parseScript(text) : undefined;
  if (!parsed || parsed instanceof Error || parsed.program.type !== 'Program') return undefined;
  return parsed.program.body.find((statement) => declares(statement, name))?.start;
}

function declares(statement: Node, name: string): boolean {
  if (statement.type === 'ClassDeclaration') return statement.id?.name === name;
  if (statement.type !== 'VariableDeclaration' || statement.kind === 'var') return false;
  return statement.declarations.some(({ id }) => id.type === 'Identifier' && id.name === name);
}
