import { readFileSync, statSync } from 'node:fs';
import { CallError } from '../../shared/errors.ts';
import { parseTokensFile, type TokenEntry } from './token-entry.ts';

/** The polling interval. File system events get lost on network and container mounts. */
const LOOK_MS = 1_000;

interface Watcher {
  /** Applies the new entries. If it throws, the file counts as broken. */
  changed(entries: readonly TokenEntry[]): void;
  broken(why: string): void;
}

/** The tokens file, polled for changes. */
export class TokensFile {
  readonly path: string;
  /** The entries when it was opened. */
  readonly entries: readonly TokenEntry[];
  #stamp: string;

  /** @throws CallError `bad_request` where it can't be read: one line, without a value from it */
  constructor(path: string) {
    this.path = path;
    // Taken before the file is read, so that a change in between is seen.
    this.#stamp = stampOf(path);
    this.entries = readEntries(path);
  }

  /** Reports each later change; a broken version is reported and ignored. @returns a function that stops it */
  watch(watcher: Watcher): () => void {
    const timer = setInterval(() => this.#look(watcher), LOOK_MS).unref();
    return () => clearInterval(timer);
  }

  #look({ changed, broken }: Watcher): void {
    const stamp = stampOf(this.path);
    if (stamp === this.#stamp) return;
    this.#stamp = stamp;
    try {
      changed(readEntries(this.path));
    } catch (thrown) {
      broken(CallError.from(thrown).message);
    }
  }
}

function readEntries(path: string): TokenEntry[] {
  try {
    return parseTokensFile(readFileSync(path, 'utf8'));
  } catch (thrown) {
    throw new CallError('bad_request', `can't use the tokens file ${path}: ${whyNot(thrown)}`);
  }
}

function whyNot(thrown: unknown): string {
  if (thrown instanceof CallError) return thrown.message;
  const isMissing = thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT';
  return isMissing ? 'there is none; pagewire token --file makes one' : 'it cannot be read';
}

/** A text that differs whenever the file may have changed. */
function stampOf(path: string): string {
  try {
    const { ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
    return `${ino} ${size} ${mtimeNs} ${ctimeNs}`;
  } catch {
    // Reading the file reports why.
    return 'out of reach';
  }
}
