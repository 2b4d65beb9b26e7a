import { readFileSync, renameSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import * as z from 'zod/mini';
import { CallError } from '../../shared/errors.ts';
import { HOLD_MS } from '../limits.ts';

/** How often changes are saved. A relay that is killed forgets those of this time. */
const SAVE_MS = 2_000;
/** How often the file says that the relay still runs: one that was stopped for longer than a hold holds nothing. */
const TOUCH_MS = 60_000;

const Content = z.object({ clientIds: z.array(z.string()) });

/** The clientIds that are held, and a number that changes with them. */
export interface HeldClientIds {
  readonly version: number;
  all(): Iterable<string>;
}

/** Keeps across restarts which clientIds are held against pages. It holds clientIds and nothing else. */
export class HoldsFile {
  readonly #path: string;

  /** @throws CallError `bad_request` if it can't be written */
  constructor(path: string) {
    this.#path = path;
    try {
      this.#write(this.read());
    } catch (thrown) {
      throw new CallError('bad_request', `can't write PAGEWIRE_HOLDS_FILE ${path}: ${(thrown as Error).message}`);
    }
  }

  /** Those of a relay that ran within the last ten minutes. */
  read(): string[] {
    try {
      if (Math.abs(Date.now() - statSync(this.#path).mtimeMs) > HOLD_MS) return [];
      return Content.parse(JSON.parse(readFileSync(this.#path, 'utf8'))).clientIds;
    } catch {
      // There is none yet, or it was cut off: nothing is held.
      return [];
    }
  }

  /** Saves changes. `failed` is called once. @returns a function that saves the last ones and stops */
  follow(held: HeldClientIds, failed: (why: string) => void): () => void {
    let saved = -1;
    const attempt = (act: () => void) => {
      try {
        act();
      } catch (thrown) {
        failed((thrown as Error).message);
        failed = () => {};
      }
    };
    const save = () => {
      if (held.version === saved) return;
      saved = held.version;
      this.#write([...held.all()]);
    };
    const timers = [
      setInterval(() => attempt(save), SAVE_MS).unref(),
      setInterval(() => attempt(() => utimesSync(this.#path, new Date(), new Date())), TOUCH_MS).unref(),
    ];
    return () => {
      for (const timer of timers) clearInterval(timer);
      attempt(save);
    };
  }

  /** Renames, so that a crash leaves no half of a file. */
  #write(clientIds: readonly string[]): void {
    const next = `${this.#path}.new`;
    writeFileSync(next, JSON.stringify({ clientIds }), { mode: 0o600 });
    renameSync(next, this.#path);
  }
}
