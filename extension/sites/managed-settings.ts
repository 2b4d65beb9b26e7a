import { read } from '../../shared/envelope.ts';
import { CallError } from '../../shared/errors.ts';
import { strict, wordUnknownField } from '../../shared/unknown-field.ts';
import { defaultSettings, Settings } from './settings-schema.ts';

/** The settings that an administrator may set: by the browser's policy, or by `managed.json` in the extension's folder. */
const FIELDS = ['on', 'relayUrl', 'clientId', 'token', 'sites'] as const;
export type ManagedField = (typeof FIELDS)[number];

export interface ManagedSettings {
  values: Partial<Pick<Settings, ManagedField>>;
  /** What was set and can't be used, in words. */
  problems: string[];
}

const StrictSettings = strict(Settings);

/** In a managed clientId: what each browser profile makes for itself, so that one policy can serve many machines. */
const RANDOM = '{random}';

/** Reads what an administrator has set, each value for itself: one that can't be used must not hide the others. */
export function readManaged(json: unknown): ManagedSettings {
  const record = isRecord(json) ? json : {};
  const managed: ManagedSettings = { values: {}, problems: [] };
  for (const key of Object.keys(record))
    if (!FIELDS.some((field) => field === key)) managed.problems.push(wordUnknownField(key, FIELDS));
  for (const field of FIELDS) {
    if (record[field] === undefined) continue;
    try {
      Object.assign(managed.values, { [field]: readField(field, record[field]) });
    } catch (error) {
      managed.problems.push(CallError.from(error).message);
      continue;
    }
    // What is unknown is told, and the rest is in force: it may be for a newer version than this browser has.
    const unknown = unknownIn(field, record[field]);
    if (unknown !== undefined) managed.problems.push(unknown);
  }
  return managed;
}

export function needsRandom({ values }: ManagedSettings): boolean {
  return values.clientId?.includes(RANDOM) === true;
}

/** The settings that are in force: the administrator's before the person's own. `random` is this profile's. */
export function applyManaged(own: Settings, { values }: ManagedSettings, random: string): Settings {
  const { clientId } = values;
  return {
    ...own,
    ...values,
    ...(clientId === undefined ? {} : { clientId: clientId.replaceAll(RANDOM, random) }),
  };
}

/** An edit of the settings in force, as it is stored: what is managed stays the person's own, for when the policy goes. */
export function withoutManaged(edited: Settings, own: Settings, { values }: ManagedSettings): Settings {
  const kept = Object.keys(values).map((field) => [field, own[field as ManagedField]]);
  return { ...edited, ...Object.fromEntries(kept) };
}

/** Whether an edit would change what is managed. */
export function touchesManaged(before: Settings, after: Settings, { values }: ManagedSettings): boolean {
  const fields = Object.keys(values) as ManagedField[]; // They have been read field by field.
  return fields.some((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]));
}

/** @throws CallError `bad_request` that names the field. */
function readField(field: ManagedField, json: unknown): unknown {
  return read(Settings, withField(field, json), 'settings', '')[field];
}

function unknownIn(field: ManagedField, json: unknown): string | undefined {
  try {
    read(StrictSettings, withField(field, json), 'settings', '');
    return undefined;
  } catch (error) {
    return CallError.from(error).message;
  }
}

function withField(field: ManagedField, json: unknown): unknown {
  const value = field === 'sites' && Array.isArray(json) ? json.map(completeSite) : json;
  return { ...defaultSettings('any'), [field]: value };
}

/** Whoever lists a site here wants it served. */
function completeSite(site: unknown): unknown {
  return isRecord(site) ? { enabled: true, functions: [], ...site } : site;
}

function isRecord(json: unknown): json is Record<string, unknown> {
  return typeof json === 'object' && json !== null;
}
