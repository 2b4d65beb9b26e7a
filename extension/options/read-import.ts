import { withoutBom } from '../../shared/without-bom.ts';
import { type ManagedSettings, withoutManaged } from '../sites/managed-settings.ts';
import { importSettings, type Settings } from '../sites/settings-schema.ts';
import { explainSettings } from '../sites/ui/explain-settings.ts';
import type { Text } from '../ui/t.ts';
import { describeChanges } from './describe-changes.ts';

/** The result of reading a settings file: the new settings and each change, or what is wrong and where. */
export type ImportReading =
  | {
      kind: 'readable';
      file: string;
      settings: Settings;
      changes: Text[];
      /** Whether the stored token is for another relay than that of the file. It must not be sent to this one. */
      asksToken: boolean;
    }
  | { kind: 'not-json'; file: string; reason: string }
  | { kind: 'invalid'; file: string; place: string; text: Text };

/** Compares an exported file with the current settings; managed settings stay. Nothing is stored. */
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
  const changes = describeChanges(current, settings);
  const isNewRelay = settings.relayUrl !== current.relayUrl && settings.token !== '';
  const isManaged = managed.values.token !== undefined;
  if (isNewRelay && isManaged) changes.push(['changeTokenManaged', { relay: settings.relayUrl }]);
  return { kind: 'readable', file, settings, changes, asksToken: isNewRelay && !isManaged };
}

/** Exports have no token: the current one stays. */
function withToken(json: unknown, { token }: Settings): unknown {
  return typeof json === 'object' && json !== null && !Array.isArray(json) ? { ...json, token } : json;
}
