import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const text = readFileSync(new URL('architecture.md', import.meta.url), 'utf8');
const files = execFileSync('git', ['ls-files', '-z'], { cwd: ROOT, encoding: 'utf8' }).split('\0');
/** What holds no source of the product. */
const OTHERS = ['.ci', 'docs', 'examples'];
/** What may import everything. */
const TOPMOST = ['e2e', 'bench'];
/** The formatter writes all imports with single quotes. */
const IMPORT = /\b(?:from|import)\s*\(?\s*'(\.[^']+)'/g;

/** The folders of the tables of "Modules", in their order: by table, from the top down. */
const tables = [...modules().matchAll(/^\| folder[^\n]*\n\|[^\n]*\n((?:\|[^\n]*\n)+)/gm)].map(([, rows = '']) =>
  [...rows.matchAll(/^\| `([^`]+)\/`/gm)].map(([, folder = '']) => folder),
);

describe('the tables of docs/architecture.md', () => {
  it('name every folder of the source, and no other', () => {
    expect(tables.flat().toSorted()).toEqual(foldersOfSource().toSorted());
  });

  it('are in the order in which the folders import each other', () => {
    const upward = tables.flatMap((folders) =>
      folders.flatMap((folder, place) => {
        if (TOPMOST.includes(folder)) return [];
        const above = folders.slice(0, place);
        return importsOf(folder).filter(({ to }) => above.some((higher) => to.startsWith(`${higher}/`)));
      }),
    );
    expect(upward.map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
  });
});

it('names files that there are', () => {
  const names = [...withoutSamples().matchAll(/`([\w./-]+\.(?:tsx?|mjs|json|md))`/g)];
  const missing = names.map(([, name = '']) => name).filter((name) => !files.some((file) => isCalled(file, name)));
  expect(missing).toEqual([]);
});

it('names classes and functions that there are', () => {
  const names = [...withoutSamples().matchAll(/`(?:\w+\/)?([A-Z][a-z]+(?:[A-Z][a-z]+)*)`/g)].map(
    ([, name = '']) => name,
  );
  const sources = files
    .filter((file) => /\.tsx?$/.test(file))
    .map((file) => readFileSync(path.join(ROOT, file), 'utf8'));
  const isDeclared = (name: string) => {
    const declaration = new RegExp(`\\b(class|interface|function|const|type) ${name}\\b`);
    return sources.some((source) => declaration.test(source));
  };
  expect([...new Set(names)].filter((name) => !isDeclared(name))).toEqual([]);
});

function withoutSamples(): string {
  return text.replace(/^```[\s\S]*?^```$/gm, '');
}

function modules(): string {
  return text.split('## Modules\n')[1]?.split('\n## ')[0] ?? '';
}

/** The top folders, of `server/` and `extension/` instead those in them. */
function foldersOfSource(): string[] {
  const folders = files.flatMap((file) => {
    const [top = '', next, ...rest] = file.split('/');
    if (next === undefined || OTHERS.includes(top)) return [];
    if (top !== 'server' && top !== 'extension') return [top];
    return rest.length > 0 ? [`${top}/${next}`] : [];
  });
  return [...new Set(folders)];
}

function importsOf(folder: string): { from: string; to: string }[] {
  const sources = files.filter((file) => file.startsWith(`${folder}/`) && /(?<!\.test)\.tsx?$/.test(file));
  return sources.flatMap((from) =>
    [...readFileSync(path.join(ROOT, from), 'utf8').matchAll(IMPORT)].map(([, name = '']) => ({
      from,
      to: path.join(path.dirname(from), name),
    })),
  );
}

/** Whether `name` is the end of this file's path: by `call.ts`, `routing/call.ts` and the whole path. */
function isCalled(file: string, name: string): boolean {
  return `/${file}`.endsWith(`/${name}`);
}
