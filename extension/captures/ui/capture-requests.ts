import browser, { type Permissions } from 'webextension-polyfill';
import type { CaptureStates, ListedScript, UiRequest } from '../../platform/messages.ts';
import { askPermission } from '../../sites/ui/ask-permission.ts';
import { FILTER_PERMISSIONS, scriptOrigin } from '../plan/script-origin.ts';

/**
 * Requests of the pages to the background about captures. Each rejects only if the background can't be
 * reached.
 */

export function captureStates(tabId: number): Promise<CaptureStates> {
  return send<CaptureStates>({ kind: 'captures', tabId });
}

export function loadedScripts(tabId: number): Promise<ListedScript[]> {
  return send<ListedScript[]>({ kind: 'scripts', tabId });
}

/** The text of a script that a tab has loaded; null if it can't be read. */
export function scriptSource(tabId: number, { frameId, url, isModule, charset }: ListedScript): Promise<string | null> {
  return send<string | null>({ kind: 'script-source', tabId, frameId, url, isModule, charset });
}

export async function resumeCaptures(): Promise<void> {
  await send<true>({ kind: 'resume-captures' });
}

/** Requests the permissions to rewrite these scripts. Call it directly from a click. */
export async function allowCaptures(scripts: readonly string[]): Promise<boolean> {
  const wanted = permissionsFor(...scripts);
  return wanted === undefined || (await askPermission(wanted));
}

/**
 * The permissions to request before these scripts can be rewritten. Only Firefox needs a request:
 * Chromium's capture build has them from the start, and the plain build can't get them.
 */
export function permissionsFor(...scripts: string[]): Permissions.Permissions | undefined {
  if (!(browser.runtime.getManifest().optional_permissions ?? []).includes('webRequest')) return undefined;
  const origins = scripts.map(scriptOrigin).filter((origin) => origin !== undefined);
  // The polyfill's types do not know all of Firefox's permissions.
  return { permissions: [...FILTER_PERMISSIONS], origins } as never;
}

/** Whether this build can change scripts. Chromium's plain build can't, and can't request permission. */
export function mayCapture(): boolean {
  return mayDebug() || (browser.runtime.getManifest().optional_permissions ?? []).includes('webRequest');
}

/** Whether this build has the debugger, which breakpoints need. */
export function mayDebug(): boolean {
  return (browser.runtime.getManifest().permissions ?? []).includes('debugger');
}

// Our own background answers each kind with the type in messages.ts.
async function send<Answer>(request: UiRequest): Promise<Answer> {
  return (await browser.runtime.sendMessage(request)) as Answer;
}
