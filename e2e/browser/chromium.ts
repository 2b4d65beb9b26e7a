import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContext, type CDPSession, chromium, type Page } from 'playwright-core';
import { commandThroughPipe } from './devtools-pipe.ts';
import type { Control, Driver, DriverTab, LaunchOptions, Role } from './driver.ts';
import { eventually } from './eventually.ts';
import { KEY_OF } from './key-of.ts';
import { WITHOUT_UNNEEDED_FEATURES } from './unneeded-features.ts';

const FLAGS = [
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-search-engine-choice-screen',
  WITHOUT_UNNEEDED_FEATURES,
  // Chrome, other than Chromium, lets a debugger load an extension only with this flag, and has dropped --load-extension.
  '--enable-unsafe-extension-debugging',
];

// What happens at Ctrl-C is for whoever runs this to say: Playwright would end the whole process.
const LEAVE_SIGNALS = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false };

/** Starts a Chromium or Chrome with an empty profile and the extension in it. */
export async function launchChromium(options: LaunchOptions): Promise<Driver> {
  const profile = await makeProfile();
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: options.executablePath,
    headless: options.headless ?? true,
    ignoreHTTPSErrors: true,
    ...LEAVE_SIGNALS,
    // Nobody's browser forgets the pages that one may go back to.
    ignoreDefaultArgs: ['--disable-extensions', '--disable-back-forward-cache'],
    args: [...FLAGS, ...(options.language ? [`--lang=${options.language}`] : [])],
    ...(options.headless === false ? { viewport: null } : {}),
    ...(options.language ? { env: { ...process.env, LANGUAGE: options.language.replace('-', '_') } } : {}),
  });
  const session = await browserSession(context.browser());
  await enterDeveloperMode(context);
  const { id } = (await session.send(...loadUnpacked(options.extension))) as unknown as { id: string };
  await letGrant(context, id, options.grantableHosts);
  const detach = () => Promise.reject(new Error('a Chromium on a pipe ends with its driver: launch a detachable one'));
  const close = async () => {
    await context.close();
    await removeProfile(profile);
  };
  return new ChromiumDriver({ context, session, id, detach, close });
}

/** The same, but headless and able to run on when the driver has let go of it, with no debugger attached to anything. */
export async function launchDetachableChromium(options: LaunchOptions): Promise<Driver & { devtoolsPort: number }> {
  const profile = await makeProfile();
  const child = spawn(
    options.executablePath,
    [
      ...FLAGS,
      '--headless=new',
      '--no-sandbox',
      '--remote-debugging-pipe',
      '--remote-debugging-port=0',
      `--user-data-dir=${profile}`,
      'about:blank',
    ],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
  );
  // The file is there before its text is.
  const port = await eventually(async () => {
    const line = firstLine(await readFile(join(profile, 'DevToolsActivePort'), 'utf8'));
    return line !== '' && Number(line);
  });
  const browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
  const [context] = browser.contexts();
  if (!context) throw new Error('the browser shows no default context');
  await enterDeveloperMode(context);
  // Only a pipe may load extensions; Playwright drives through the port.
  const { id } = (await commandThroughPipe(child, ...loadUnpacked(options.extension))) as { id: string };
  await letGrant(context, id, options.grantableHosts);
  const close = async () => {
    const exited = once(child, 'exit');
    child.kill();
    await exited;
    await removeProfile(profile);
  };
  const session = await browserSession(browser);
  const driver = new ChromiumDriver({ context, session, id, detach: () => browser.close(), close });
  return Object.assign(driver, { devtoolsPort: port });
}

interface Parts {
  context: BrowserContext;
  session: CDPSession;
  id: string;
  detach(): Promise<void>;
  close(): Promise<void>;
}

class ChromiumDriver implements Driver {
  readonly name = 'chromium';
  readonly version: string;
  readonly extensionOrigin: string;
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.version = parts.context.browser()?.version() ?? '';
    this.extensionOrigin = `chrome-extension://${parts.id}`;
  }

  async openTab(url: string): Promise<DriverTab> {
    const tab = new ChromiumTab(await this.#parts.context.newPage());
    await tab.goto(url);
    return tab;
  }

  async killBackground(): Promise<void> {
    const { session } = this.#parts;
    const { targetInfos } = await session.send('Target.getTargets');
    const worker = targetInfos.find(
      ({ type, url }) => type === 'service_worker' && url.startsWith(this.extensionOrigin),
    );
    if (!worker) throw new Error('the extension has no running worker');
    await session.send('Target.closeTarget', { targetId: worker.targetId });
  }

  async extensionReloaded(): Promise<void> {
    const page = await this.#parts.context.newPage();
    // Until the extension is back its pages can't be opened.
    await eventually(() => page.goto(`${this.extensionOrigin}/manifest.json`));
    await page.close();
  }

  async backgroundErrors(): Promise<string[]> {
    const { context, id } = this.#parts;
    const { runtimeErrors } = await withExtensionsPage(context, (page) =>
      page.evaluate((id) => chrome.developerPrivate.getExtensionInfo(id), id),
    );
    return runtimeErrors.map(({ message, source }) => `${source}: ${message}`);
  }

  async detach(): Promise<void> {
    await this.#parts.detach();
  }

  async close(): Promise<void> {
    await this.#parts.close();
  }
}

class ChromiumTab implements DriverTab {
  readonly #page: Page;
  readonly #complaints: string[] = [];

  constructor(page: Page) {
    this.#page = page;
    page.on('console', (message) => {
      if (message.type() === 'error') this.#complaints.push(message.text());
    });
    page.on('pageerror', (error) => this.#complaints.push(error.message));
  }

  async evaluate<Arg, Result>(script: (arg: Arg) => Result | Promise<Result>, arg: Arg): Promise<Result> {
    // Playwright's types unwrap handles from the argument, which plain data has none of.
    return await this.#page.evaluate(script as (arg: unknown) => Result | Promise<Result>, arg);
  }

  async url(): Promise<string> {
    return this.#page.url();
  }

  async goto(url: string): Promise<void> {
    await this.#page.goto(url);
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
    const locator = this.#page.getByRole(role, { name, exact: true });
    const key = KEY_OF[role];
    return {
      click: () => (key ? locator.press(key) : locator.focus()),
      fill: (text) => locator.fill(text),
      seen: () => locator.waitFor(),
      isThere: () => locator.isVisible(),
      evaluate: (script) => locator.evaluate(script as (element: SVGElement | HTMLElement) => never),
    };
  }

  async setViewport(width: number, height: number): Promise<void> {
    await this.#page.setViewportSize({ width, height });
  }

  async setColorScheme(scheme: 'light' | 'dark'): Promise<void> {
    await this.#page.emulateMedia({ colorScheme: scheme });
  }

  async complaints(): Promise<string[]> {
    return this.#complaints;
  }

  async screenshot(path: string): Promise<void> {
    await this.#page.screenshot({ path, fullPage: true });
  }
}

async function browserSession(browser: Browser | null): Promise<CDPSession> {
  if (!browser) throw new Error('this Playwright gives no browser for a persistent context');
  return await browser.newBrowserCDPSession();
}

/** The command and its parameters; the Extensions domain is newer than Playwright's types. */
function loadUnpacked(path: string) {
  return ['Extensions.loadUnpacked' as 'Target.getTargets', { path } as object] as const;
}

async function makeProfile(): Promise<string> {
  return await mkdtemp(join(tmpdir(), 'pagewire-chromium-'));
}

async function removeProfile(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 5 });
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}

/** What `chrome://extensions` may call. */
declare const chrome: {
  developerPrivate: {
    updateProfileConfiguration(update: { inDeveloperMode: boolean }): Promise<void>;
    updateExtensionConfiguration(update: { extensionId: string; hostAccess: string }): Promise<void>;
    addHostPermission(id: string, host: string): Promise<void>;
    /** What was thrown uncaught or told to console.error by the background or a content script. */
    getExtensionInfo(id: string): Promise<{ runtimeErrors: { message: string; source: string }[] }>;
  };
};

/** Without developer mode an unpacked extension does not run again after a reload, and its errors are not kept. */
async function enterDeveloperMode(context: BrowserContext): Promise<void> {
  await withExtensionsPage(context, (page) =>
    page.evaluate(() => chrome.developerPrivate.updateProfileConfiguration({ inDeveloperMode: true })),
  );
}

/**
 * Lets `permissions.request` answer true for these hosts without a prompt. The extension is still as it ships, and asks as
 * it always does.
 */
async function letGrant(context: BrowserContext, id: string, hosts: string[]): Promise<void> {
  await withExtensionsPage(context, (page) =>
    page.evaluate(
      async ({ id, hosts }) => {
        const { developerPrivate } = chrome;
        await developerPrivate.updateExtensionConfiguration({ extensionId: id, hostAccess: 'ON_SPECIFIC_SITES' });
        for (const host of hosts) await developerPrivate.addHostPermission(id, host);
      },
      { id, hosts },
    ),
  );
}

/** A file of that page has its rights as well, and is there in a fifth of the time. */
async function withExtensionsPage<Result>(
  context: BrowserContext,
  visit: (page: Page) => Promise<Result>,
): Promise<Result> {
  const page = await context.newPage();
  await page.goto('chrome://extensions/strings.m.js');
  const result = await visit(page);
  await page.close();
  return result;
}
