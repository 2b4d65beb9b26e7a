import { BidiSession } from './bidi-session.ts';
import { BrowserProcess } from './browser-process.ts';
import { writePrefs } from './firefox-profile.ts';
import { keepPages, type Pages } from './keep-pages.ts';
import { PagePulse } from './page-pulse.ts';
import { readDialog } from './page-watch.ts';
import type { StartBrowser, StartOptions } from './running-browser.ts';

const PREFS = {
  'browser.startup.page': 0,
  'browser.sessionstore.resume_from_crash': false,
  'browser.tabs.warnOnClose': false,
  'app.update.auto': false,
  // Firefox removes a temporary add-on when it exits. Keep its storage for the next start with --profile.
  'extensions.webextensions.keepStorageOnUninstall': true,
  'extensions.webextensions.keepUuidOnUninstall': true,
};

/** Starts a Firefox and installs the extension temporarily, which needs no signature. */
export const startFirefox: StartBrowser = async (options) => {
  const { executable, profile, headless, signal } = options;
  await writePrefs(profile, PREFS);
  const args = ['--remote-debugging-port', '0', '--profile', profile, '--no-remote', '--new-instance'];
  const browser = new BrowserProcess(executable, headless ? [...args, '--headless'] : args);
  let session: BidiSession | undefined;
  const stop = () => browser.stop(() => session?.send('browser.close') ?? Promise.reject(new Error('no session yet')));
  signal.addEventListener('abort', stop, { once: true });
  void browser.ended.then(() => signal.removeEventListener('abort', stop));
  try {
    session = await BidiSession.open(await addressOf(browser));
    await session.send('webExtension.install', { extensionData: { type: 'path', path: options.extension } });
    watchPages(session, options, browser.ended);
    await session.send('session.subscribe', { events: [...EVENTS] });
    const { contexts } = await session.send('browsingContext.getTree', { maxDepth: 0 });
    // The shape is from the WebDriver BiDi specification.
    const [first] = contexts as { context: string }[];
    await keepPages(new FirefoxPages(session, first?.context), options.urls);
  } catch (error) {
    await stop();
    throw new Error(`${(error as Error).message}; it ${await browser.ended}`, { cause: error });
  }
  return browser;
};

const EVENTS = [
  'browsingContext.contextCreated',
  'browsingContext.contextDestroyed',
  'browsingContext.userPromptOpened',
] as const;

/** Reports dialogs, which the session closes by itself, and pages that do not answer. */
function watchPages(session: BidiSession, { watch }: StartOptions, ended: Promise<unknown>): void {
  const expression = '0';
  // In a sandbox, so that it can't affect the page, but it needs the main thread.
  const probe = (context: string) =>
    session.send('script.evaluate', { expression, target: { context, sandbox: 'pagewire' }, awaitPromise: false });
  const pulse = new PagePulse(probe, watch.silent);
  void ended.then(() => pulse.stop());
  session.on('browsingContext.contextCreated', ({ context, parent }) => {
    if (parent === null) pulse.add(String(context));
  });
  session.on('browsingContext.userPromptOpened', ({ type, message }) => watch.dialogClosed(readDialog(type, message)));
  session.on('browsingContext.contextDestroyed', ({ context }) => pulse.remove(String(context)));
}

/** The BiDi address that Firefox prints on stderr. */
function addressOf({ child, ended }: BrowserProcess): Promise<string> {
  let output = '';
  return new Promise((resolve, reject) => {
    const listen = (chunk: Buffer) => {
      output += String(chunk);
      const address = /WebDriver BiDi listening on (ws:\/\/\S+)/.exec(output)?.[1];
      if (address === undefined) return;
      child.stderr?.off('data', listen);
      resolve(address);
    };
    child.stderr?.on('data', listen);
    void ended.then(() => reject(new Error('it opened no WebDriver BiDi port')));
  });
}

class FirefoxPages implements Pages {
  readonly #session: BidiSession;
  /** The page that the browser started with, until it is used. */
  #first: string | undefined;

  constructor(session: BidiSession, first: string | undefined) {
    this.#session = session;
    this.#first = first;
  }

  async open(url: string): Promise<string> {
    const context =
      this.#first ?? String((await this.#session.send('browsingContext.create', { type: 'tab' })).context);
    this.#first = undefined;
    // A page that can't be loaded stays open and shows the error.
    await this.#session.send('browsingContext.navigate', { context, url, wait: 'none' }).catch(() => {});
    return context;
  }

  onGone(listener: (page: string) => void): void {
    this.#session.on('browsingContext.contextDestroyed', ({ context }) => listener(String(context)));
  }
}
