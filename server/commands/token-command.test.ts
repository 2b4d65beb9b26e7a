import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TokenRegistry } from '../access/token-registry.ts';
import { parseTokensFile } from '../config/token-entry.ts';
import { tokenCommand } from './token-command.ts';

const now = Date.parse('2026-06-01T00:00:00Z');
let folder: string;
let file: string;
beforeEach(() => {
  vi.useFakeTimers({ now, toFake: ['Date'] });
  folder = mkdtempSync(join(tmpdir(), 'pagewire-token-'));
  file = join(folder, 'tokens.json');
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

function run(...args: string[]) {
  const said = { stdout: '', stderr: '', code: 0 };
  const stream = (name: 'stdout' | 'stderr') => ({
    write: (text: string) => {
      said[name] += text;
    },
  });
  const outputs = { stdout: stream('stdout'), stderr: stream('stderr') };
  const command = tokenCommand(outputs, (code) => {
    said.code = code;
  });
  command.exitOverride().configureOutput({ writeErr: outputs.stderr.write });
  try {
    command.parse(args, { from: 'user' });
  } catch {
    // Commander's error for wrong options. cli.ts maps it to an exit code.
    said.code = 2;
  }
  return said;
}

const entries = () => parseTokensFile(readFileSync(file, 'utf8'));

describe('pagewire token', () => {
  it('prints a token once and adds its hash to a file that only its owner can read', () => {
    const { stdout, stderr, code } = run('--name', 'ci', '--role', 'caller', '--file', file);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^pw_[\w-]{43}\n$/)]);
    expect(stderr).not.toContain(stdout.trim());
    expect(readFileSync(file, 'utf8')).not.toContain(stdout.trim());
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(new TokenRegistry(entries()).find(stdout.trim(), now)).toMatchObject([{ name: 'ci', role: 'caller' }]);
  });

  it('adds patterns and an expiry, and keeps other entries', () => {
    run('--name', 'a', '--role', 'caller', '--file', file);
    run('--name', 'b', '--role', 'client', '--clients', 'shop-*', 'qa', '--expires', '30d', '--file', file);
    run('--name', 'c', '--role', 'client', '--expires', '2030-01-31T02:00:00+02:00', '--file', file);
    expect(entries()).toMatchObject([
      { name: 'a', role: 'caller' },
      { name: 'b', role: 'client', clients: ['shop-*', 'qa'], expires: '2026-07-01T00:00:00.000Z' },
      { name: 'c', expires: '2030-01-31T00:00:00.000Z' },
    ]);
  });

  it('prints the entry without a file', () => {
    const { stdout, stderr } = run('--name', 'ci', '--role', 'caller');
    const entry = JSON.parse(stderr.slice(stderr.indexOf('{')));
    expect(new TokenRegistry([entry]).find(stdout.trim(), now)).toHaveLength(1);
  });

  it('rejects a name in use, prints no token and changes nothing', () => {
    run('--name', 'ci', '--role', 'caller', '--file', file);
    const before = readFileSync(file, 'utf8');
    const { stdout, stderr, code } = run('--name', 'ci', '--role', 'client', '--file', file);
    expect([stdout, stderr, code]).toEqual(['', 'pagewire: two tokens are named ci\n', 1]);
    expect(readFileSync(file, 'utf8')).toBe(before);
    expect(run('--name', 'other', '--role', 'client', '--file', file).code).toBe(0);
  });

  it('leaves a broken file unchanged', () => {
    writeFileSync(file, '{"tokens":');
    expect(run('--name', 'ci', '--role', 'caller', '--file', file)).toEqual({
      stdout: '',
      stderr: `pagewire: ${file}: the tokens file is not JSON\n`,
      code: 1,
    });
    expect(readFileSync(file, 'utf8')).toBe('{"tokens":');
  });

  it('keeps the mode of an existing file, and a link to it', () => {
    run('--name', 'a', '--role', 'caller', '--file', file);
    chmodSync(file, 0o640);
    const link = join(folder, 'link.json');
    symlinkSync(file, link);
    run('--name', 'b', '--role', 'caller', '--file', link);
    expect(entries().map(({ name }) => name)).toEqual(['a', 'b']);
    expect(statSync(file).mode & 0o777).toBe(0o640);
  });

  it('rejects a second writer at once', () => {
    writeFileSync(`${file}.new`, '');
    const { stderr, code } = run('--name', 'a', '--role', 'caller', '--file', file);
    expect([code, stderr]).toEqual([1, expect.stringContaining(`${file}.new is there`)]);
  });

  it.each([
    ['no name', ['--role', 'caller']],
    ['no role', ['--name', 'a']],
    ['an unknown role', ['--name', 'a', '--role', 'root']],
    ['an invalid expiry', ['--name', 'a', '--role', 'caller', '--expires', 'soon']],
    ['an expiry in the past', ['--name', 'a', '--role', 'caller', '--expires', '2020-01-01T00:00:00Z']],
  ])('refuses %s', (_what, args) => {
    const { stdout, stderr, code } = run(...args);
    expect([stdout, code]).toEqual(['', 2]);
    expect(stderr).toMatch(/^error: /);
  });

  it('rejects a name that the file format does not allow', () => {
    const { stdout, code } = run('--name', 'x'.repeat(101), '--role', 'caller', '--file', file);
    expect([stdout, code]).toEqual(['', 1]);
  });
});
