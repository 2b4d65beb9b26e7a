import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const ROOT = new URL('../../', import.meta.url);

/** All files that a module imports, directly or not, without type imports. */
function reachedFrom(path: string, reached = new Set<string>()): Set<string> {
  if (reached.has(path)) return reached;
  reached.add(path);
  if (!path.endsWith('.ts')) return reached;
  const source = readFileSync(new URL(path, ROOT), 'utf8');
  for (const [, from = ''] of source.matchAll(/^(?:import|export) (?!type )[^;]*?from '(\.[^']+)'/gm))
    reachedFrom(new URL(from, new URL(path, 'file:///')).pathname.slice(1), reached);
  return reached;
}

it('the container build context contains all files that the relay needs', () => {
  const letIn = readFileSync(new URL('.dockerignore', ROOT), 'utf8').matchAll(/^!(.+)$/gm);
  const names = new Set([...letIn].map(([, name]) => name));
  const reached = [...reachedFrom('server/cli.ts')];
  expect(reached.length).toBeGreaterThan(50);
  expect(reached.filter((path) => !existsSync(new URL(path, ROOT)))).toEqual([]);
  expect(reached.filter((path) => !names.has(path.split('/')[0] ?? ''))).toEqual([]);
});
