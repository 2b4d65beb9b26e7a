import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { COMMAND, START_RELAY } from '../shared/start-relay.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
/** Whoever registers the name in the npm registry has what he likes run by those who follow such advice. */
const ADVICE = /\b(npx|npm (exec|x)|pnpm dlx|yarn dlx|bunx) +(-\S+ +)*pagewire/i;

const texts = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' })
  .split('\0')
  .filter((path) => /\.(md|json|tsx?|mjs|js|html|py|ya?ml|sh)$/.test(path) && path !== 'package-lock.json');

describe('while the package is not in the npm registry', () => {
  it('no text says to run it from there', () => {
    expect(texts.length).toBeGreaterThan(500);
    expect(texts.filter((path) => ADVICE.test(readFileSync(root + path, 'utf8')))).toEqual([]);
  });

  it('the README runs its commands as the programs say', () => {
    const readme = readFileSync(`${root}README.md`, 'utf8');
    for (const command of [START_RELAY, `${COMMAND} call`, `${COMMAND} list`]) expect(readme).toContain(command);
  });
});
