import {
  closeSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { CallError } from '../../shared/errors.ts';
import { TokenRegistry } from '../access/token-registry.ts';
import { parseTokensFile, type TokenEntry } from '../config/token-entry.ts';

/** For its owner alone: names and patterns tell who works with what. */
const NEW_FILE_MODE = 0o600;

/**
 * Adds an entry to a tokens file, which is made where there is none. The file is replaced in one step, so that a relay never
 * reads half of it; one that is there keeps its owner and mode, so that its relay can go on reading it.
 *
 * @throws CallError `bad_request` in one line
 */
export function addTokenEntry(path: string, entry: TokenEntry): void {
  const target = realPathOf(path);
  withNewFile(target, (file) => {
    const entries = [...entriesOf(target), entry];
    // Refuses a name that is taken.
    void new TokenRegistry(entries);
    writeSync(file, `${JSON.stringify({ tokens: entries }, undefined, 2)}\n`);
  });
}

/** Writes beside the target, then puts it in its place. The file beside it keeps a second writer out meanwhile. */
function withNewFile(target: string, write: (file: number) => void): void {
  const beside = `${target}.new`;
  const file = openNew(beside);
  try {
    write(file);
    keepOwner(file, target);
    fsyncSync(file);
    renameSync(beside, target);
  } catch (thrown) {
    rmSync(beside, { force: true });
    throw thrown instanceof CallError ? thrown : unusable(target, thrown);
  } finally {
    closeSync(file);
  }
}

function openNew(beside: string): number {
  try {
    return openSync(beside, 'wx', NEW_FILE_MODE);
  } catch (thrown) {
    if (codeOf(thrown) !== 'EEXIST') throw unusable(beside, thrown);
    throw new CallError(
      'bad_request',
      `${beside} is there: another command writes the tokens file, or was cut off and left it; remove it then`,
    );
  }
}

function keepOwner(file: number, target: string): void {
  const stat = statSync(target, { throwIfNoEntry: false });
  if (!stat) return;
  fchmodSync(file, stat.mode & 0o777);
  // Only root may give files away; anybody else who may write here is its owner mostly.
  if (process.getuid?.() === 0) fchownSync(file, stat.uid, stat.gid);
}

function entriesOf(target: string): TokenEntry[] {
  if (!statSync(target, { throwIfNoEntry: false })) return [];
  try {
    return parseTokensFile(readFileSync(target, 'utf8'));
  } catch (thrown) {
    throw thrown instanceof CallError ? new CallError('bad_request', `${target}: ${thrown.message}`) : thrown;
  }
}

/** The file itself, not a link to it, which would be replaced. */
function realPathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // There is none yet.
    return path;
  }
}

function unusable(path: string, thrown: unknown): CallError {
  return new CallError('bad_request', `can't write ${path} (${codeOf(thrown) ?? 'unknown error'})`, { cause: thrown });
}

function codeOf(thrown: unknown): unknown {
  return thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
}
