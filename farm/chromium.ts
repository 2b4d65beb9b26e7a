import { BrowserProcess } from './browser-process.ts';
import { DevtoolsPipe } from './devtools-pipe.ts';
import { keepPages, type Pages } from './keep-pages.ts';
import { PagePulse } from './page-pulse.ts';
import { readDialog } from './page-watch.ts';
import type { StartBrowser, StartOptions } from './running-browser.ts';

const FLAGS = [
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-search-engine-choice-screen',
  '--hide-crash-restore-bubble',
  '--password-store=basic',
  '--use-mock-keychain',
  // Nobody looks at these windows: their pages shall work all the same.
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
  // By pipe, which ends with this process, so that no browser is left behind. Chrome lets an extension be loaded only so.
  '--remote-debugging-pipe',
  '--enable-unsafe-extension-debugging',
];

/** Starts a Chromium, Chrome or Edge. */
export const startChromium: StartBrowser = async (options) => {
  const browser = new BrowserProcess(options.executable, flagsFor(options), ['pipe', 'pipe']);
  const devtools = new DevtoolsPipe(browser.child);
  const stop = () => browser.stop(() => devtools.send('Browser.close'));
  options.signal.addEventListener('abort', stop, { once: true });
  void browser.ended.then(() => options.signal.removeEventListener('abort', stop));
  try {
    await devtools.send('Extensions.loadUnpacked', { path: options.extension });
    await devtools.send('Target.setDiscoverTargets', { discover: true });
    await watchPages(devtools, options, browser.ended);
    const pages = new ChromiumPages(devtools);
    await keepPages(pages, options.urls);
    // Not before: a browser without a page would end.
    await pages.closeFirst();
  } catch (error) {
    await stop();
    throw new Error(`${(error as Error).message}; it ${await browser.ended}`, { cause: error });
  }
  return browser;
};

function flagsFor({ profile, headless }: StartOptions): string[] {
  return [
    ...FLAGS,
    ...(headless ? ['--headless=new'] : []),
    // Chromium's sandbox refuses to work for root, which one is in most containers.
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    `--user-data-dir=${profile}`,
    'about:blank',
  ];
}

/**
 * Answers dialogs, which nobody is there to do: while one is open its page does nothing, and headless Chromium keeps it open for
 * ever. Of what DevTools has only the Page domain is enabled, of which a page sees nothing.
 */
async function watchPages(devtools: DevtoolsPipe, { watch }: StartOptions, ended: Promise<unknown>): Promise<void> {
  // No code runs in the page for it, but its main thread has to answer.
  const pulse = new PagePulse((session) => devtools.send('Runtime.getIsolateId', {}, session), watch.silent);
  void ended.then(() => pulse.stop());
  devtools.on('Target.attachedToTarget', ({ sessionId }) => {
    pulse.add(String(sessionId));
    // Gone already, where it fails.
    devtools.send('Page.enable', {}, String(sessionId)).catch(() => {});
  });
  devtools.on('Target.detachedFromTarget', ({ sessionId }) => pulse.remove(String(sessionId)));
  devtools.on('Page.javascriptDialogOpening', ({ type, message }, session) => {
    // A page that wants to leave is let go; all else is answered as by Escape.
    const accept = type === 'beforeunload';
    devtools.send('Page.handleJavaScriptDialog', { accept }, session).then(
      () => watch.dialogClosed(readDialog(type, message)),
      () => {},
    );
  });
  const filter = [{ type: 'page' }];
  await devtools.send('Target.setAutoAttach', {
    autoAttach: true,
    waitForDebuggerOnStart: false,
    flatten: true,
    filter,
  });
}

class ChromiumPages implements Pages {
  readonly #devtools: DevtoolsPipe;

  constructor(devtools: DevtoolsPipe) {
    this.#devtools = devtools;
  }

  async open(url: string): Promise<string> {
    return String((await this.#devtools.send('Target.createTarget', { url })).targetId);
  }

  onGone(listener: (page: string) => void): void {
    const close = (targetId: unknown) => this.#devtools.send('Target.closeTarget', { targetId });
    // A crashed page is still there, with a picture of its crash. Where it is gone by itself there is nothing to close.
    this.#devtools.on('Target.targetCrashed', ({ targetId }) => void close(targetId).catch(() => {}));
    this.#devtools.on('Target.targetDestroyed', ({ targetId }) => listener(String(targetId)));
  }

  /** The page that the browser starts with. */
  async closeFirst(): Promise<void> {
    const { targetInfos } = await this.#devtools.send('Target.getTargets');
    // As the protocol has them.
    const targets = targetInfos as { targetId: string; type: string; url: string }[];
    const first = targets.find(({ type, url }) => type === 'page' && url === 'about:blank');
    if (first) await this.#devtools.send('Target.closeTarget', { targetId: first.targetId });
  }
}
