import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

/** Folders and files of server/, top down. Each may import itself and those below it. */
const LAYERS = [
  ...['cli', 'commands', 'testing', 'main', 'dashboard', 'metrics', 'http', 'websocket', 'cluster', 'routing'],
  ...['events', 'access', 'rate-limits', 'observability', 'flow', 'config', 'limits'],
];

/** Import specifiers. The formatter writes them all with single quotes. */
const IMPORT = /\b(?:from|import)\s*\(?\s*'(\.[^']+)'/g;

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The imports of each file: values, types and `import()`. */
const imports = new Map(
  ['server', 'shared', 'sdk'].flatMap(sourceFilesIn).map((file): [string, string[]] => [file, importsOf(file)]),
);

describe('imports', () => {
  it('finds imports', () => {
    expect(imports.get('server/cli.ts')).toContain('server/commands/serve.ts');
    expect(imports.get('server/routing/router.ts')).toContain('server/routing/call.ts');
  });

  it('of the relay point down its layers only', () => {
    const edges = [...imports].flatMap(([from, targets]) => targets.map((to) => ({ from, to })));
    const inServer = edges.filter(({ from, to }) => !isTest(from) && to.startsWith('server/'));
    const upward = inServer.filter(({ from, to }) => from.startsWith('server/') && layerOf(to) < layerOf(from));
    expect(upward.map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
  });

  it('cover every file of the relay', () => {
    const files = [...imports.keys()].filter((file) => file.startsWith('server/') && !isTest(file));
    expect(files.filter((file) => layerOf(file) === -1)).toEqual([]);
  });

  it('form no cycle in server/, shared/ and sdk/, including types', () => {
    expect(cycles()).toEqual([]);
  });
});

function sourceFilesIn(folder: string): string[] {
  const names = readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' });
  return names.filter((name) => /\.tsx?$/.test(name)).map((name) => path.join(folder, name));
}

function importsOf(file: string): string[] {
  const text = readFileSync(path.join(ROOT, file), 'utf8');
  const names = [...text.matchAll(IMPORT)].map(([, name = '']) => name);
  return names.map((name) => path.join(path.dirname(file), name));
}

function isTest(file: string): boolean {
  return file.includes('.test.');
}

/** Its index in LAYERS; 0 is the top. */
function layerOf(file: string): number {
  const [, name = ''] = file.split('/');
  return LAYERS.indexOf(name.replace(/\.tsx?$/, ''));
}

/** Groups of files that import each other, directly or not (Tarjan's strongly connected components). */
function cycles(): string[][] {
  const found: string[][] = [];
  const low = new Map<string, number>();
  const stack: string[] = [];
  const visit = (file: string): number => {
    const index = low.size;
    low.set(file, index);
    stack.push(file);
    let lowest = index;
    for (const target of imports.get(file) ?? []) {
      if (!low.has(target)) lowest = Math.min(lowest, visit(target));
      else if (stack.includes(target)) lowest = Math.min(lowest, low.get(target) ?? lowest);
    }
    low.set(file, lowest);
    if (lowest === index) {
      const group = stack.splice(stack.indexOf(file));
      if (group.length > 1) found.push(group);
    }
    return lowest;
  };
  for (const file of imports.keys()) if (!low.has(file)) visit(file);
  return found;
}
