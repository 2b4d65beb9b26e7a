import type { StoredItem } from '../../platform/stored-item.ts';
import type { PermissionIntent, StoredIntent } from '../../sites/permission-intent.ts';
import type { Settings } from '../../sites/settings-schema.ts';
import { type Edited, setSiteEnabled } from '../../sites/ui/settings-edits.ts';
import { addCapture, editCapture, entryOf } from '../ui/capture-edits.ts';

export interface PermissionIntentsDeps {
  item: StoredItem<StoredIntent>;
  /** Applies an edit to the stored settings. A rejected edit changes nothing. */
  edit(change: (settings: Settings) => Edited): Promise<unknown>;
  now(): number;
}

/** Older intents are ignored: the user may no longer want them. */
const MAX_INTENT_AGE_MS = 600_000;

/**
 * Applies the edit behind a click that opens a permission prompt. The page can't apply it itself: Chromium
 * destroys a popup when the prompt opens. So the page writes the intent to storage.session before it asks.
 *
 * The edit is applied at once, before the user answers the prompt. A site that is enabled without
 * permission is not served and shows "Grant access", which is right during the prompt and after a refusal.
 */
export class PermissionIntents {
  readonly #deps: PermissionIntentsDeps;
  /** Id of the last applied intent: the storage event and a read of the storage may both deliver it. */
  #lastId: string | undefined;
  /** Intents are applied one at a time. */
  #turn: Promise<void> = Promise.resolve();

  constructor(deps: PermissionIntentsDeps) {
    this.#deps = deps;
  }

  /** A page has stored this intent. */
  handle(intent: StoredIntent): Promise<void> {
    return this.#inTurn(async () => intent);
  }

  /** Applies an intent that was stored while this background was not running. */
  handleStored(): Promise<void> {
    return this.#inTurn(() => this.#deps.item.get());
  }

  #inTurn(find: () => Promise<StoredIntent | undefined>): Promise<void> {
    const turn = this.#turn.then(async () => this.#apply(await find()));
    this.#turn = turn.catch((error) => console.error('A permission intent could not be stored.', error));
    return this.#turn;
  }

  async #apply(stored: StoredIntent | undefined): Promise<void> {
    if (!stored || stored.id === this.#lastId) return;
    const { id, at, intent } = stored;
    const { item, edit, now } = this.#deps;
    // Absolute: the clock may have been set back since.
    if (Math.abs(now() - at) < MAX_INTENT_AGE_MS) await edit((settings) => editFor(intent, settings));
    this.#lastId = id;
    if ((await item.get())?.id === id) await item.remove();
  }
}

function editFor(intent: PermissionIntent, settings: Settings): Edited {
  switch (intent.kind) {
    case 'enable-site':
      return setSiteEnabled(settings, intent.pattern, true);
    case 'keep-capture': {
      const { pattern, capture, replaces } = intent;
      const entry = entryOf(capture);
      return replaces === undefined
        ? addCapture(settings, pattern, entry)
        : editCapture(settings, pattern, replaces, entry);
    }
  }
}
