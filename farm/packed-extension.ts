import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { matchPattern, parseSitePattern } from '../extension/sites/site-pattern.ts';

/** What the extension finds set when it starts; see extension/sites/managed-settings.ts. */
export interface PackedSettings {
  relayUrl: string;
  clientId: string;
  token: string;
  sites: { pattern: string; captures?: unknown[] | undefined }[];
}

export interface PackedExtension {
  /** The built extension. */
  from: string;
  to: string;
  settings: PackedSettings;
  /** A number that the relay is shown as the last part of the extension's version: it tells browsers of one clientId apart. */
  mark: number;
}

/**
 * A copy of the extension that is set up already: its settings packed in, and access to its sites granted by being installed,
 * which a browser that nobody sits at could not be asked for.
 */
export async function packExtension({ from, to, settings, mark }: PackedExtension): Promise<void> {
  await rm(to, { recursive: true, force: true });
  await cp(from, to, { recursive: true });
  const manifest = JSON.parse(await readFile(join(from, 'manifest.json'), 'utf8'));
  const sites = settings.sites.map(({ pattern }) => matchPattern(parseSitePattern(pattern)));
  const { permissions, optional_permissions = [] } = manifest;
  const packed = {
    ...manifest,
    version: `${manifest.version}.${mark}`,
    host_permissions: [...new Set(sites)],
    // What captures need in Firefox.
    permissions: hasCaptures(settings) ? [...permissions, ...optional_permissions] : permissions,
  };
  await writeFile(join(to, 'manifest.json'), JSON.stringify(packed, null, 2));
  // It may hold a token: made anew, because a file that is there keeps its mode.
  await rm(join(to, 'managed.json'), { force: true });
  await writeFile(join(to, 'managed.json'), JSON.stringify(settings), { mode: 0o600 });
}

export function hasCaptures({ sites }: PackedSettings): boolean {
  return sites.some(({ captures = [] }) => captures.length > 0);
}
