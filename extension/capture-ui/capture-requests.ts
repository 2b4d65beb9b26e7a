import browser from 'webextension-polyfill';
import { FILTER_PERMISSIONS, scriptOrigin } from '../capture/script-origin.ts';
import type { CaptureStates, LoadedScript, UiRequest } from '../messages.ts';

/** What the pages ask the background about captures. Each rejects only where the background can't be reached. */

export function captureStates(tabId: number): Promise<CaptureStates> {
  return send<CaptureStates>({ kind: 'captures', tabId });
}

export function loadedScripts(tabId: number): Promise<LoadedScript[]> {
  return send<LoadedScript[]>({ kind: 'scripts', tabId });
}

export async function resumeCaptures(): Promise<void> {
  await send<true>({ kind: 'resume-captures' });
}

/**
 * Asks for what changing these scripts takes; to be called straight from a click. Chromium's capture build has it from the start,
 * and its plain one can't get it.
 */
export async function allowCaptures(scripts: readonly string[]): Promise<boolean> {
  if (!(browser.runtime.getManifest().optional_permissions ?? []).includes('webRequest')) return true;
  const origins = scripts.map(scriptOrigin).filter((origin) => origin !== undefined);
  return await browser.permissions
    .request({ permissions: [...FILTER_PERMISSIONS], origins } as never)
    .catch(() => false);
}

/** Whether this build has the debugger, which breakpoints take. */
export function mayDebug(): boolean {
  return (browser.runtime.getManifest().permissions ?? []).includes('debugger');
}

// The answer comes from our own background, which answers each kind with the type that messages.ts names beside it.
async function send<Answer>(request: UiRequest): Promise<Answer> {
  return (await browser.runtime.sendMessage(request)) as Answer;
}
