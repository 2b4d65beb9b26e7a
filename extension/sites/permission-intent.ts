import * as z from 'zod/mini';
import { type StorageArea, StoredItem } from '../platform/stored-item.ts';
import { Capture } from './capture-schema.ts';

/** What a click that opens a permission prompt should do. */
export const PermissionIntent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('enable-site'), pattern: z.string() }),
  /** Adds a capture to a site, or replaces the named one. */
  z.object({
    kind: z.literal('keep-capture'),
    pattern: z.string(),
    capture: Capture,
    replaces: z.optional(z.string()),
  }),
]);
export type PermissionIntent = z.infer<typeof PermissionIntent>;

/** `at` is Date.now() of the click. */
const StoredIntent = z.object({ id: z.string(), at: z.number(), intent: PermissionIntent });
export type StoredIntent = z.infer<typeof StoredIntent>;

/**
 * Where a page stores an intent for the background. One is enough: a browser shows one prompt at a time.
 */
export function intentIn(session: StorageArea): StoredItem<StoredIntent> {
  return new StoredItem(session, 'permissionIntent', StoredIntent);
}
