import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer, { type Browser } from 'puppeteer-core';
import { FIREFOX_ID } from '../../extension/manifest.ts';
import { endWithThisProcess, removeAtEnd } from '../stage/at-end.ts';
import type { LaunchOptions } from './driver.ts';

// Firefox picks a random id per installation. Fix it, so that the extension's pages can be opened.
export const UUID = '7a6e1c9e-5d0b-4c6f-9a51-2f1f3c9d8e70';

export interface FirefoxProcess {
  readonly browser: Browser;
  readonly end: () => Promise<void>;
}

export interface FirefoxOptions extends Omit<LaunchOptions, 'extension' | 'grantableHosts'> {
  /** The X display of its window, where prompts are answered. Without one, permission requests are granted. */
  display?: string;
}

/** Starts a Firefox with an empty profile. It ends with this process. */
export async function startFirefox(options: FirefoxOptions): Promise<FirefoxProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'pagewire-firefox-'));
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: options.executablePath,
    headless: options.headless ?? true,
    userDataDir: join(folder, 'profile'),
    acceptInsecureCerts: true,
    // Network events are not needed and cost time.
    networkEnabled: false,
    // Ctrl-C is handled by the caller.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    // null keeps the size of the window.
    defaultViewport: options.headless === false ? null : { width: 1280, height: 720 },
    // Lets the driver open privileged pages.
    args: ['--remote-allow-system-access'],
    extraPrefsFirefox: prefsOf(join(folder, 'downloads'), options),
    ...(options.display ? { env: { ...process.env, DISPLAY: options.display } } : {}),
  });
  const child = browser.process();
  if (child) endWithThisProcess(child);
  // After its exit, because it still writes to it.
  const cancelRemoval = removeAtEnd(folder);
  const end = async () => {
    if (browser.connected) await browser.close();
    if (child && child.exitCode === null && child.signalCode === null) {
      const exited = once(child, 'exit');
      child.kill();
      await exited;
    }
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    cancelRemoval();
  };
  return { browser, end };
}

function prefsOf(downloads: string, { language, display }: FirefoxOptions): Record<string, unknown> {
  return {
    'extensions.webextensions.uuids': JSON.stringify({ [FIREFOX_ID]: UUID }),
    'extensions.webextensions.keepUuidOnUninstall': true,
    // Nobody can answer a prompt in a headless browser.
    'extensions.webextOptionalPermissionPrompts': display !== undefined,
    // Animations of tabs take a twentieth of the CPU time.
    'ui.prefersReducedMotion': 1,
    // A download must not open a panel, which would take the keyboard focus, nor stay in the user's folder.
    'browser.download.alwaysOpenPanel': false,
    'browser.download.folderList': 2,
    'browser.download.dir': downloads,
    ...(language ? { 'intl.accept_languages': language, 'intl.locale.requested': language } : {}),
  };
}
