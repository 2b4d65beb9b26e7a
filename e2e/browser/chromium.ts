import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContext, type CDPSession, chromium } from 'playwright-core';
import { removeAtEnd } from '../stage/at-end.ts';
import { Spare } from '../stage/spare.ts';
import { ChromiumTab } from './chromium-tab.ts';
import { commandThroughPipe } from './devtools-pipe.ts';
import type { Driver, DriverTab, LaunchOptions } from './driver.ts';
import { eventually } from './eventually.ts';
import { enterDeveloperMode, letGrant, runtimeErrors } from './extensions-page.ts';
import { WITHOUT_UNNEEDED_FEATURES } from './unneeded-features.ts';

const FLAGS = [
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-search-engine-choice-screen',
  WITHOUT_UNNEEDED_FEATURES,
  // Chrome removed --load-extension and needs this flag for loading an extension by a debugger.
  '--enable-unsafe-extension-debugging',
];

// Ctrl-C is handled by the caller. Playwright would end the whole process.
const LEAVE_SIGNALS = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false };

interface Started {
  readonly context: BrowserContext;
  readonly session: CDPSession;
  end(): Promise<void>;
}

/** Starts a Chromium or Chrome with an empty profile and the extension. */
export async function launchChromium(options: LaunchOptions): Promise<Driver> {
  const started = await start(options);
  return await withExtension(started, options, () => started.end());
}

const spare = new Spare<Started>((started) => started.end());

/** The same, but may reuse a running browser, in which the extension is installed again. */
export async function borrowChromium(options: LaunchOptions): Promise<Driver> {
  if (options.language || options.headless === false) return await launchChromium(options);
  const started = await spare.take(() => start(options));
  return await withExtension(started, options, async (id) => {
    await started.session.send('Extensions.uninstall' as 'Target.getTargets', { id } as object);
    const [, ...pages] = started.context.pages();
    await Promise.all(pages.map((page) => page.close()));
    await spare.giveBack(started);
  });
}

async function start(options: LaunchOptions): Promise<Started> {
  const profile = await makeProfile();
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: options.executablePath,
    headless: options.headless ?? true,
    ignoreHTTPSErrors: true,
    ...LEAVE_SIGNALS,
    // Playwright disables the back/forward cache, which real browsers have.
    ignoreDefaultArgs: ['--disable-extensions', '--disable-back-forward-cache'],
    args: [...FLAGS, ...(options.language ? [`--lang=${options.language}`] : [])],
    ...(options.headless === false ? { viewport: null } : {}),
    ...(options.language ? { env: { ...process.env, LANGUAGE: options.language.replace('-', '_') } } : {}),
  });
  // If this process exits first, Playwright ends the browser.
  const cancelRemoval = removeAtEnd(profile);
  const session = await browserSession(context.browser());
  await enterDeveloperMode(context);
  const end = async () => {
    await context.close();
    await removeProfile(profile);
    cancelRemoval();
  };
  return { context, session, end };
}

async function withExtension(
  { context, session }: Started,
  { extension, grantableHosts }: LaunchOptions,
  end: (id: string) => Promise<void>,
): Promise<Driver> {
  const { id } = (await session.send(...loadUnpacked(extension))) as unknown as { id: string };
  await letGrant(context, id, grantableHosts);
  const detach = () => Promise.reject(new Error('a Chromium on a pipe ends with its driver: launch a detachable one'));
  return new ChromiumDriver({ context, session, id, detach, close: () => end(id) });
}

/** The same, but headless, and the driver can detach from it while it keeps running. */
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
  // The file exists before its content is written.
  const port = await eventually(async () => {
    const line = firstLine(await readFile(join(profile, 'DevToolsActivePort'), 'utf8'));
    return line !== '' && Number(line);
  });
  const browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
  const [context] = browser.contexts();
  if (!context) throw new Error('the browser has no default context');
  await enterDeveloperMode(context);
  // Extensions can be loaded through the pipe only. Playwright uses the port.
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
    // The extension's pages can't be opened until it is reloaded.
    await eventually(() => page.goto(`${this.extensionOrigin}/manifest.json`));
    await page.close();
  }

  async backgroundErrors(): Promise<string[]> {
    return await runtimeErrors(this.#parts.context, this.#parts.id);
  }

  async detach(): Promise<void> {
    await this.#parts.detach();
  }

  async close(): Promise<void> {
    await this.#parts.close();
  }
}

async function browserSession(browser: Browser | null): Promise<CDPSession> {
  if (!browser) throw new Error('Playwright returned no browser for the persistent context');
  return await browser.newBrowserCDPSession();
}

/** Playwright's types lack the Extensions domain. */
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
