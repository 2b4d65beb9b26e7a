import * as z from 'zod/mini';
import { Capture } from './capture-schema.ts';

/** Where a page leaves a wish for the background, in storage.session. One place is enough: a browser shows one prompt at a time. */
export const INTENT_KEY = 'permission wish';

/** What a person wanted with a click that makes the browser ask for a permission. */
export const PermissionIntent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('enable-site'), pattern: z.string() }),
  /** Adds a capture to a site, or changes the one of the name that it replaces. */
  z.object({
    kind: z.literal('keep-capture'),
    pattern: z.string(),
    capture: Capture,
    replaces: z.optional(z.string()),
  }),
]);
export type PermissionIntent = z.infer<typeof PermissionIntent>;

/** `at` is Date.now() of the click. */
export const StoredIntent = z.object({ id: z.string(), at: z.number(), wish: PermissionIntent });
export type StoredIntent = z.infer<typeof StoredIntent>;
