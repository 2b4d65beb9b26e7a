import { readFileSync, statSync } from 'node:fs';
import { CallError } from '../../shared/errors.ts';
import { parseTokensFile, type TokenEntry } from './token-entry.ts';

/** How often the file is looked at. File system events get lost on network and container mounts. */
const LOOK_MS = 1_000;

interface Watcher {
  /** Takes the new entries; what it throws counts as a broken file. */
  changed(entries: readonly TokenEntry[]): void;
  broken(why: string): void;
}

/** The file that names who has a token. */
export class TokensFile {
  readonly path: string;
  /** What it held when it was opened. */
  readonly entries: readonly TokenEntry[];
  #stamp: string;

  /** @throws CallError `bad_request` where it can't be read: one line, without a value from it */
  constructor(path: string) {
    this.path = path;
    // Taken before the file is read, so that a change in between is seen.
    this.#stamp = stampOf(path);
    this.entries = readEntries(path);
  }

  /** Tells of each change from now on; a broken version is told and passed over. Returns what ends it. */
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

/** Differs whenever the file may have changed. */
function stampOf(path: string): string {
  try {
    const { ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
    return `${ino} ${size} ${mtimeNs} ${ctimeNs}`;
  } catch {
    // Why it is out of reach is said when it is read.
    return 'out of reach';
  }
}
