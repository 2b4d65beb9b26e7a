import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer, { type Browser, type ElementHandle, type KeyInput, type Page } from 'puppeteer-core';
import { FIREFOX_ID } from '../../extension/manifest.ts';
import { type ControlFinder, makeControlFinder } from './control-finder.ts';
import type { Control, Driver, DriverTab, LaunchOptions, Role } from './driver.ts';
import { eventually } from './eventually.ts';
import { KEY_OF } from './key-of.ts';

// Firefox makes up an id per installation; fixed, so that the extension's pages can be opened.
const UUID = '7a6e1c9e-5d0b-4c6f-9a51-2f1f3c9d8e70';
const ORIGIN = `moz-extension://${UUID}`;

/** Starts a Firefox with an empty profile and the extension in it, as a temporary add-on. */
export async function launchFirefox(options: LaunchOptions): Promise<Driver> {
  const downloads = await mkdtemp(join(tmpdir(), 'pagewire-firefox-'));
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: options.executablePath,
    headless: options.headless ?? true,
    acceptInsecureCerts: true,
    // What happens at Ctrl-C is for whoever runs this to say.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    // null: the window's own size.
    defaultViewport: options.headless === false ? null : { width: 1280, height: 720 },
    // Lets the driver open pages that are not of the web.
    args: ['--remote-allow-system-access'],
    extraPrefsFirefox: {
      'extensions.webextensions.uuids': JSON.stringify({ [FIREFOX_ID]: UUID }),
      // A click's permissions.request is granted: a headless browser has nobody to answer its prompt.
      'extensions.webextOptionalPermissionPrompts': false,
      // A downloaded file must neither open a panel, which would take the keys, nor lie about in the person's folder.
      'browser.download.alwaysOpenPanel': false,
      'browser.download.folderList': 2,
      'browser.download.dir': downloads,
      ...(options.language
        ? { 'intl.accept_languages': options.language, 'intl.locale.requested': options.language }
        : {}),
    },
  });
  await browser.installExtension(options.extension);
  return new FirefoxDriver(browser, await browser.version(), downloads, await makeControlFinder());
}

class FirefoxDriver implements Driver {
  readonly name = 'firefox';
  readonly version: string;
  readonly extensionOrigin = ORIGIN;
  readonly #browser: Browser;
  readonly #downloads: string;
  readonly #findControl: ControlFinder;
  #privileged: FirefoxTab | undefined;

  constructor(browser: Browser, version: string, downloads: string, findControl: ControlFinder) {
    this.#browser = browser;
    this.#downloads = downloads;
    this.#findControl = findControl;
    this.version = version.replace('firefox/', '');
  }

  async openTab(url: string): Promise<FirefoxTab> {
    const tab = new FirefoxTab(await this.#browser.newPage(), this.#findControl, () => this.#policyComplaints());
    await tab.goto(url);
    return tab;
  }

  async killBackground(): Promise<void> {
    const tab = await this.#openPrivileged();
    await tab.evaluate(async (id) => {
      const { extension } = WebExtensionPolicy.getByID(id);
      await extension.terminateBackground({ ignoreDevToolsAttached: true, disableResetIdleForTest: true });
    }, FIREFOX_ID);
  }

  async extensionReloaded(): Promise<void> {
    const tab = await this.#openPrivileged();
    await eventually(() =>
      tab.evaluate((id) => {
        const policy = WebExtensionPolicy.getByID(id);
        return Boolean(policy?.active && policy.extension.backgroundState === 'running');
      }, FIREFOX_ID),
    );
  }

  async backgroundErrors(): Promise<string[]> {
    const tab = await this.#openPrivileged();
    // Errors that nobody caught; what console.error is told stays in the extension's own process.
    return await tab.evaluate(
      (origin) =>
        Services.console
          .getMessageArray()
          .map(String)
          .filter((text) => text.includes(origin) && text.includes('JavaScript Error')),
      ORIGIN,
    );
  }

  /** A policy's refusals are told to the browser's own console alone. */
  async #policyComplaints(): Promise<string[]> {
    const tab = await this.#openPrivileged();
    return await tab.evaluate(
      () =>
        Services.console
          .getMessageArray()
          .map(String)
          .filter((text) => text.includes('Content-Security-Policy')),
      undefined,
    );
  }

  async detach(): Promise<void> {
    await this.#privileged?.close();
    this.#privileged = undefined;
    await this.#browser.disconnect();
  }

  async close(): Promise<void> {
    if (this.#browser.connected) await this.#browser.close();
    else await this.#endProcess();
    await rm(this.#downloads, { recursive: true, force: true });
  }

  async #endProcess(): Promise<void> {
    const process = this.#browser.process();
    const exited = new Promise((resolve) => process?.once('exit', resolve));
    process?.kill();
    await exited;
  }

  /** A tab on a page of the browser itself, whose scripts may do what the browser's own code may. */
  async #openPrivileged(): Promise<FirefoxTab> {
    this.#privileged ??= await this.openTab('about:support');
    return this.#privileged;
  }
}

/** The little that is used of what Firefox's own pages may call. */
declare const WebExtensionPolicy: {
  getByID(id: string): {
    active: boolean;
    extension: { backgroundState: string; terminateBackground(options: object): Promise<void> };
  };
};
declare const Services: { console: { getMessageArray(): unknown[] } };

class FirefoxTab implements DriverTab {
  readonly #page: Page;
  readonly #findControl: ControlFinder;
  readonly #policyComplaints: () => Promise<string[]>;
  readonly #complaints: string[] = [];

  constructor(page: Page, findControl: ControlFinder, policyComplaints: () => Promise<string[]>) {
    this.#page = page;
    this.#findControl = findControl;
    this.#policyComplaints = policyComplaints;
    page.on('console', (message) => {
      if (message.type() === 'error') this.#complaints.push(message.text());
    });
    page.on('pageerror', (error) => this.#complaints.push(error instanceof Error ? error.message : String(error)));
  }

  async evaluate<Arg, Result>(script: (arg: Arg) => Result | Promise<Result>, arg: Arg): Promise<Result> {
    return (await this.#page.evaluate(script as (arg: unknown) => Result | Promise<Result>, arg)) as Result;
  }

  async url(): Promise<string> {
    return await this.evaluate(() => location.href, undefined);
  }

  async goto(url: string): Promise<void> {
    if (url.startsWith('http')) {
      await this.#page.goto(url);
      return;
    }
    // For the extension's and the browser's own pages goto never resolves, so the page itself is asked.
    this.#page.goto(url).catch(() => {});
    await eventually(() =>
      this.evaluate((url) => document.readyState === 'complete' && location.href.startsWith(url), url),
    );
  }

  async reload(): Promise<void> {
    await this.#page.reload();
  }

  async activate(): Promise<void> {
    await this.#page.bringToFront();
  }

  async close(): Promise<void> {
    await this.#page.close();
  }

  control(role: Role, name: string): Control {
    const find = async () => {
      const handle = await this.#page.evaluateHandle(this.#findControl(role, name));
      return handle.asElement() as ElementHandle<HTMLElement> | null;
    };
    const wait = () =>
      eventually(async () => (await find()) ?? Promise.reject(new Error(`there is no ${role} “${name}” on the page`)));
    return {
      click: async () => {
        const element = await wait();
        await element.evaluate((element) => element.focus());
        const key = KEY_OF[role];
        // Firefox is told characters, not names of keys.
        if (key) await this.#page.keyboard.press(key === 'Space' ? (' ' as KeyInput) : key);
      },
      fill: async (text) => {
        const field = await wait();
        await field.evaluate((field, text) => {
          field.focus();
          (field as HTMLInputElement).select();
          // Puppeteer's own way is a round trip for each character. This is input as if typed, in one.
          document.execCommand('insertText', false, text);
        }, text);
      },
      seen: async () => void (await wait()),
      isThere: async () => (await find()) !== null,
      evaluate: async (script) => (await (await wait()).evaluate(script)) as never,
    };
  }

  async setViewport(width: number, height: number): Promise<void> {
    await this.#page.setViewport({ width, height });
  }

  async setColorScheme(): Promise<void> {
    throw new Error('pictures are taken in Chromium');
  }

  async complaints(): Promise<string[]> {
    const { origin } = new URL(await this.url());
    const refused = await this.#policyComplaints();
    // The page that was asked may be a new tab, and keys go to the active one.
    await this.#page.bringToFront();
    return [...this.#complaints, ...refused.filter((text) => text.includes(origin))];
  }

  async screenshot(path: string): Promise<void> {
    await this.#page.screenshot({ path: path as `${string}.png`, fullPage: true });
  }
}
