import type { KeyValueStorage } from '../../platform/key-value-storage.ts';
import { INTENT_KEY, type PermissionIntent, StoredIntent } from '../../sites/permission-intent.ts';
import type { Settings } from '../../sites/settings-schema.ts';
import { type Edited, setSiteEnabled } from '../../sites/ui/settings-edits.ts';
import { addCapture, editCapture, entryOf } from '../ui/capture-edits.ts';

export interface PermissionIntentsDeps {
  /** storage.session */
  storage: KeyValueStorage & { remove(key: string): Promise<void> };
  /** Applies an edit to what is stored now; one that is refused changes nothing. */
  edit(change: (settings: Settings) => Edited): Promise<unknown>;
  now(): number;
}

/** A wish that nobody could carry out for so long may no longer be what its person wants. */
const MAX_INTENT_AGE_MS = 600_000;

/**
 * Stores what a person wanted with a click that makes the browser ask for a permission. The page can't: Chromium destroys a popup
 * when its prompt opens, so the page only leaves the wish in storage.session before it asks.
 *
 * A wish becomes a setting at once, before the person has answered the prompt. A site that is enabled without permission is not
 * served and shows "Grant access", which is right while the prompt is open, and after a refusal. Once permission is there, it is served.
 */
export class PermissionIntents {
  readonly #deps: PermissionIntentsDeps;
  /** The wish that was carried out last: the event about it and a look at what is stored may both bring it. */
  #lastId: string | undefined;
  /** One wish at a time. */
  #turn: Promise<void> = Promise.resolve();

  constructor(deps: PermissionIntentsDeps) {
    this.#deps = deps;
  }

  /** A page has left this wish. */
  handle(wish: unknown): Promise<void> {
    return this.#inTurn(async () => wish);
  }

  /** Carries out what was left while this background did not run. */
  handleStored(): Promise<void> {
    return this.#inTurn(() => this.#stored());
  }

  async #stored(): Promise<unknown> {
    return (await this.#deps.storage.get(INTENT_KEY))[INTENT_KEY];
  }

  #inTurn(find: () => Promise<unknown>): Promise<void> {
    const turn = this.#turn.then(async () => this.#apply(await find()));
    this.#turn = turn.catch((error) => console.error('A wish could not be stored.', error));
    return this.#turn;
  }

  async #apply(left: unknown): Promise<void> {
    const { data: stored } = StoredIntent.safeParse(left);
    if (!stored || stored.id === this.#lastId) return;
    const { id, at, wish } = stored;
    const { storage, edit, now } = this.#deps;
    if (now() - at < MAX_INTENT_AGE_MS) await edit((settings) => editFor(wish, settings));
    this.#lastId = id;
    const { data: latest } = StoredIntent.safeParse(await this.#stored());
    if (latest?.id === id) await storage.remove(INTENT_KEY);
  }
}

function editFor(wish: PermissionIntent, settings: Settings): Edited {
  switch (wish.kind) {
    case 'enable-site':
      return setSiteEnabled(settings, wish.pattern, true);
    case 'keep-capture': {
      const { pattern, capture, replaces } = wish;
      const entry = entryOf(capture);
      return replaces === undefined
        ? addCapture(settings, pattern, entry)
        : editCapture(settings, pattern, replaces, entry);
    }
  }
}
