import * as z from 'zod/mini';
import { read } from '../../shared/envelope.ts';
import { parsePath } from '../../shared/path.ts';
import { ClientId, FunctionName } from '../../shared/protocol.ts';
import { Capture } from './capture-schema.ts';
import { canonicalSitePattern, parseSitePattern } from './site-pattern.ts';

const MAX_FINGERPRINT_LENGTH = 400;

/** The user's settings in storage.local. A change of shape raises `version` and adds a step to `migrate`. */

const relayUrl = z.string().check(z.refine(isRelayUrl, 'must be a ws:// or wss:// URL'));
const path = z
  .string()
  .check(z.refine((text) => succeeds(() => parsePath(text)), 'must be a path such as shop.cart.add'));
const pattern = z.string().check(
  z.refine((text) => succeeds(() => parseSitePattern(text)), 'must be a site such as https://shop.example'),
  z.overwrite(canonicalSitePattern),
);

export const FunctionSettings = z.object({
  name: FunctionName,
  path,
  default: z.optional(z.boolean()),
  /** Fingerprint of a bundled function, by which a new build of the site finds it again. */
  fingerprint: z.optional(z.string().check(z.maxLength(MAX_FINGERPRINT_LENGTH))),
});
export type FunctionSettings = z.infer<typeof FunctionSettings>;

export const SiteSettings = z.object({
  pattern,
  enabled: z.boolean(),
  functions: z.array(FunctionSettings),
  captures: z.optional(
    z
      .array(Capture)
      .check(
        z.refine(
          (captures) => isUnique(captures.map(({ name }) => name)),
          'each capture name may be used once in a site',
        ),
      ),
  ),
});
export type SiteSettings = z.infer<typeof SiteSettings>;

export const Settings = z
  .object({
    version: z.literal(1),
    /** Whether the extension connects at all. */
    on: z.boolean(),
    relayUrl,
    clientId: ClientId.check(z.minLength(1)),
    /** The client token; empty if the relay needs none. Never exported. */
    token: z.string(),
    sites: z.array(SiteSettings),
  })
  .check(
    z.refine(({ sites }) => isUnique(sites.map((site) => site.pattern)), 'each site may be listed once'),
    z.refine(
      ({ sites }) => isUnique(sites.flatMap((site) => site.functions.map(({ name }) => name))),
      'each function name may be used once',
    ),
    z.refine(
      ({ sites }) => sites.flatMap((site) => site.functions).filter((fn) => fn.default).length <= 1,
      'only one function can be the default',
    ),
  );
export type Settings = z.infer<typeof Settings>;

/** Exported settings: everything except the token. */
export type ExportedSettings = Omit<Settings, 'token'>;

export function defaultSettings(randomId: string): Settings {
  return { version: 1, on: true, relayUrl: 'ws://127.0.0.1:9999', clientId: randomId, token: '', sites: [] };
}

/**
 * Parses stored settings of this or an older version. @throws CallError `bad_request` that names the field.
 */
export function parseSettings(json: unknown): Settings {
  return read(Settings, json, 'settings');
}

export function exportSettings({ token: _token, ...rest }: Settings): ExportedSettings {
  return rest;
}

/** Parses an export; the current token stays. @throws CallError `bad_request` */
export function importSettings(json: unknown, current: Settings): Settings {
  const record = typeof json === 'object' && json !== null ? json : {};
  return parseSettings({ ...record, token: current.token });
}

export function isRelayUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hash } = new URL(text);
  return (protocol === 'ws:' || protocol === 'wss:') && hash === '';
}

function isUnique(texts: readonly string[]): boolean {
  return new Set(texts).size === texts.length;
}

function succeeds(attempt: () => unknown): boolean {
  try {
    attempt();
    return true;
  } catch {
    // The schema's own message says what is expected.
    return false;
  }
}
