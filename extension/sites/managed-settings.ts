import { read } from '../../shared/envelope.ts';
import { CallError } from '../../shared/errors.ts';
import { strict, wordUnknownField } from '../../shared/unknown-field.ts';
import { defaultSettings, Settings } from './settings-schema.ts';

/**
 * The settings that an administrator can set, by browser policy or by `managed.json` in the extension's
 * folder.
 */
const FIELDS = ['on', 'relayUrl', 'clientId', 'token', 'sites'] as const;
export type ManagedField = (typeof FIELDS)[number];

export interface ManagedSettings {
  values: Partial<Pick<Settings, ManagedField>>;
  /** The values that can't be used, in words. */
  problems: string[];
}

const StrictSettings = strict(Settings);

/**
 * Placeholder in a managed clientId for a random part per browser profile, so that one policy fits many
 * machines.
 */
const RANDOM = '{random}';

/** Reads each managed value separately: an invalid one must not hide the others. */
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
    // Unknown fields are reported and the rest applies: the policy may be for a newer version.
    const unknown = unknownIn(field, record[field]);
    if (unknown !== undefined) managed.problems.push(unknown);
  }
  return managed;
}

export function needsRandom({ values }: ManagedSettings): boolean {
  return values.clientId?.includes(RANDOM) === true;
}

/** The effective settings: managed values override the user's. `random` is this profile's. */
export function applyManaged(own: Settings, { values }: ManagedSettings, random: string): Settings {
  const { clientId } = values;
  return {
    ...own,
    ...values,
    ...(clientId === undefined ? {} : { clientId: clientId.replaceAll(RANDOM, random) }),
  };
}

/**
 * The settings to store after an edit: managed fields keep the user's own values, for when the policy ends.
 */
export function withoutManaged(edited: Settings, own: Settings, { values }: ManagedSettings): Settings {
  const kept = Object.keys(values).map((field) => [field, own[field as ManagedField]]);
  return { ...edited, ...Object.fromEntries(kept) };
}

/** Whether an edit changes managed values. */
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

/** A managed site is enabled by default. */
function completeSite(site: unknown): unknown {
  return isRecord(site) ? { enabled: true, functions: [], ...site } : site;
}

function isRecord(json: unknown): json is Record<string, unknown> {
  return typeof json === 'object' && json !== null;
}
