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
  // Pages must run at full speed in windows that nobody looks at.
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
  // The pipe closes with this process, so no browser is left behind. Chrome loads unpacked extensions over a pipe only.
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
    // Last, because a browser without a page exits.
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
    // Chromium's sandbox does not run as root, the usual user in containers.
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    `--user-data-dir=${profile}`,
    'about:blank',
  ];
}

/**
 * Closes dialogs: an open one blocks its page, and headless Chromium never closes it. Enables only the Page domain of
 * DevTools, which pages can't detect.
 */
async function watchPages(devtools: DevtoolsPipe, { watch }: StartOptions, ended: Promise<unknown>): Promise<void> {
  // Runs no code in the page, but needs its main thread.
  const pulse = new PagePulse((session) => devtools.send('Runtime.getIsolateId', {}, session), watch.silent);
  void ended.then(() => pulse.stop());
  devtools.on('Target.attachedToTarget', ({ sessionId }) => {
    pulse.add(String(sessionId));
    // Fails if the target is gone already.
    devtools.send('Page.enable', {}, String(sessionId)).catch(() => {});
  });
  devtools.on('Target.detachedFromTarget', ({ sessionId }) => pulse.remove(String(sessionId)));
  devtools.on('Page.javascriptDialogOpening', ({ type, message }, session) => {
    // `beforeunload` is accepted so that pages can navigate; others are dismissed.
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
    // A crashed page stays open as an error page. Closing fails if the page is gone.
    this.#devtools.on('Target.targetCrashed', ({ targetId }) => void close(targetId).catch(() => {}));
    this.#devtools.on('Target.targetDestroyed', ({ targetId }) => listener(String(targetId)));
  }

  /** Closes the page that the browser started with. */
  async closeFirst(): Promise<void> {
    const { targetInfos } = await this.#devtools.send('Target.getTargets');
    // As the protocol has them.
    const targets = targetInfos as { targetId: string; type: string; url: string }[];
    const first = targets.find(({ type, url }) => type === 'page' && url === 'about:blank');
    if (first) await this.#devtools.send('Target.closeTarget', { targetId: first.targetId });
  }
}
