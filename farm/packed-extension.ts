import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { matchPattern, parseSitePattern } from '../extension/sites/site-pattern.ts';

/** Settings that the extension reads at start; see extension/sites/managed-settings.ts. */
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
  /** The last part of the extension's version. It tells browsers of one clientId apart at the relay. */
  mark: number;
}

/**
 * Copies the extension and adds settings to it. The copy requires its site access in the manifest, because nobody can
 * grant it in an unattended browser.
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
    // Captures need the optional permissions in Firefox.
    permissions: hasCaptures(settings) ? [...permissions, ...optional_permissions] : permissions,
  };
  await writeFile(join(to, 'manifest.json'), JSON.stringify(packed, null, 2));
  // It may hold a token. An existing file would keep its mode, so it is removed first.
  await rm(join(to, 'managed.json'), { force: true });
  await writeFile(join(to, 'managed.json'), JSON.stringify(settings), { mode: 0o600 });
}

export function hasCaptures({ sites }: PackedSettings): boolean {
  return sites.some(({ captures = [] }) => captures.length > 0);
}
