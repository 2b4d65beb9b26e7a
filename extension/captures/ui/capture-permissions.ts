import type { Permissions } from 'webextension-polyfill';
import { asksForFilters } from '../../platform/own-permissions.ts';
import { askPermission } from '../../sites/ui/ask-permission.ts';
import { FILTER_PERMISSIONS, scriptOrigin } from '../plan/script-origin.ts';

/** Asks for the permissions to rewrite these scripts. Call it directly from a click. */
export async function allowCaptures(scripts: readonly string[]): Promise<boolean> {
  const wanted = permissionsFor(...scripts);
  return wanted === undefined || (await askPermission(wanted));
}

/**
 * The permissions to request before these scripts can be rewritten. Only Firefox needs a request:
 * Chromium's capture build has them from the start, and the plain build can't get them.
 */
export function permissionsFor(...scripts: string[]): Permissions.Permissions | undefined {
  if (!asksForFilters()) return undefined;
  const origins = scripts.map(scriptOrigin).filter((origin) => origin !== undefined);
  // The polyfill's types do not know all of Firefox's permissions.
  return { permissions: [...FILTER_PERMISSIONS], origins } as never;
}
