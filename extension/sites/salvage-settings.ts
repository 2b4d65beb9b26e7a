import { Capture } from './capture-schema.ts';
import { FunctionSettings, parseSettings, type Settings, SiteSettings } from './settings-schema.ts';

/** Settings that could be read only in part, and the places that could not. */
export interface Salvaged {
  settings: Settings;
  /** `relayUrl`, `sites[0].functions[2]` */
  lost: string[];
}

type Json = Record<string, unknown>;
const FIELDS = ['on', 'relayUrl', 'clientId', 'token'] as const;

/** Reads each setting separately: an invalid one must not lose the others. `fresh` has the replacements. */
export function salvageSettings(stored: unknown, fresh: Settings): Salvaged {
  if (!isRecord(stored)) return { settings: fresh, lost: ['settings'] };
  const lost: string[] = [];
  const settings: Settings = { ...fresh };
  if (stored.version !== fresh.version) lost.push('version');
  for (const field of FIELDS) {
    const read = succeeding(() => parseSettings({ ...fresh, [field]: stored[field] }));
    if (read) Object.assign(settings, { [field]: read[field] });
    else lost.push(field);
  }
  return { settings: { ...settings, sites: salvageSites(stored.sites, lost) }, lost };
}

function salvageSites(json: unknown, lost: string[]): SiteSettings[] {
  const isNewPattern = firstOnly();
  const isNewName = firstOnly();
  let hasDefault = false;
  const readFunction = (item: unknown): FunctionSettings | undefined => {
    const fn = FunctionSettings.safeParse(item).data;
    if (!fn || !isNewName(fn.name)) return undefined;
    const { default: isDefault, ...rest } = fn;
    if (!isDefault || hasDefault) return rest;
    hasDefault = true;
    return fn;
  };
  return each(json, 'sites', lost, (item, place) => {
    const site = isRecord(item) ? item : {};
    const bare = SiteSettings.safeParse({ pattern: site.pattern, enabled: site.enabled === true, functions: [] }).data;
    if (!bare || !isNewPattern(bare.pattern)) return undefined;
    if (typeof site.enabled !== 'boolean') lost.push(`${place}.enabled`);
    const functions = each(site.functions, `${place}.functions`, lost, readFunction);
    const { captures } = site;
    if (captures === undefined) return { ...bare, functions };
    const isNew = firstOnly();
    const readCapture = (capture: unknown) => {
      const read = Capture.safeParse(capture).data;
      return read && isNew(read.name) ? read : undefined;
    };
    return { ...bare, functions, captures: each(captures, `${place}.captures`, lost, readCapture) };
  });
}

/** Returns a function that is true for the first occurrence of each text. */
function firstOnly(): (text: string) => boolean {
  const seen = new Set<string>();
  return (text) => {
    const isNew = !seen.has(text);
    seen.add(text);
    return isNew;
  };
}

/** The items that `read` accepts; the places of the others are recorded. */
function each<Kept>(
  json: unknown,
  place: string,
  lost: string[],
  read: (item: unknown, place: string) => Kept | undefined,
): Kept[] {
  if (!Array.isArray(json)) {
    lost.push(place);
    return [];
  }
  return json.flatMap((item, index) => {
    const kept = read(item, `${place}[${index}]`);
    if (kept === undefined) lost.push(`${place}[${index}]`);
    return kept ?? [];
  });
}

function isRecord(json: unknown): json is Json {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

function succeeding<Value>(attempt: () => Value): Value | undefined {
  try {
    return attempt();
  } catch {
    // Only the place is reported.
    return undefined;
  }
}
