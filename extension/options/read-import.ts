import { withoutBom } from '../../shared/without-bom.ts';
import { type ManagedSettings, withoutManaged } from '../sites/managed-settings.ts';
import { importSettings, type Settings } from '../sites/settings-schema.ts';
import { explainSettings } from '../sites/ui/explain-settings.ts';
import type { Text } from '../ui/t.ts';
import { describeChanges } from './describe-changes.ts';

/** What a file would bring: the settings after it and each change; or why it can't be taken, and where in it. */
export type ImportReading =
  | { kind: 'readable'; file: string; settings: Settings; changes: Text[] }
  | { kind: 'not-json'; file: string; reason: string }
  | { kind: 'invalid'; file: string; place: string; text: Text };

/** Reads an exported file against the present settings; what an administrator has set stays. Nothing is stored. */
export function readImport(file: string, text: string, current: Settings, managed: ManagedSettings): ImportReading {
  let json: unknown;
  try {
    json = JSON.parse(withoutBom(text));
  } catch (error) {
    return { kind: 'not-json', file, reason: error instanceof Error ? error.message : String(error) };
  }
  const wrong = explainSettings(withToken(json, current));
  if (wrong) return { kind: 'invalid', file, ...wrong };
  const settings = withoutManaged(importSettings(json, current), current, managed);
  return { kind: 'readable', file, settings, changes: describeChanges(current, settings) };
}

/** An export has no token: the present one stays, whatever the file says. */
function withToken(json: unknown, { token }: Settings): unknown {
  return typeof json === 'object' && json !== null && !Array.isArray(json) ? { ...json, token } : json;
}
