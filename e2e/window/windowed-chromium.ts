import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { commandThroughPipe } from '../browser/devtools-pipe.ts';
import { DevtoolsTarget } from '../browser/devtools-target.ts';
import { eventually } from '../browser/eventually.ts';
import { WITHOUT_UNNEEDED_FEATURES } from '../browser/unneeded-features.ts';
import { endWithThisProcess, removeAtEnd } from '../stage/at-end.ts';
import { type Display, type Point, SCREEN } from './display.ts';
import { buttonIn } from './in-popup.ts';
import type { Popup, PromptAnswer, WindowedBrowser } from './windowed-browser.ts';

const FLAGS = [
  '--no-first-run',
  '--no-sandbox',
  // Hides the warning bar about the flag before it.
  '--test-type',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-search-engine-choice-screen',
  WITHOUT_UNNEEDED_FEATURES,
  '--enable-unsafe-extension-debugging',
  '--remote-debugging-pipe',
  '--remote-debugging-port=0',
  '--lang=en-US',
  `--window-size=${SCREEN.width},${SCREEN.height}`,
  '--window-position=0,0',
];

const EXTENSIONS_URL = 'chrome://extensions/strings.m.js';
/** The keyboard shortcut of the extension's button, set as in chrome://extensions/shortcuts. */
const SHORTCUT = { pressed: 'ctrl+shift+y', stored: 'Ctrl+Shift+Y' };
/** A point of the page outside popup and prompt. It is white, and grey while a prompt is open. */
const IN_PAGE = { x: 200, y: 800 };
const BRIGHT = 200;

/** The prompt focuses "Deny"; "Allow" is next. */
const KEY: Record<PromptAnswer, string> = { allow: 'Return', deny: 'Return', close: 'Escape' };
/** Longest time until an accepted key closes the prompt. */
const CLOSING_MS = 1_500;

const Targets = z.array(z.object({ id: z.string(), type: z.string(), url: z.string() }));
const Version = z.object({ Browser: z.string() });
const Loaded = z.object({ id: z.string() });

/** Starts a Chromium with an empty profile and the extension in a maximized window. */
export async function startWindowedChromium(
  executablePath: string,
  extension: string,
  display: Display,
): Promise<WindowedBrowser> {
  const profile = await mkdtemp(join(tmpdir(), 'pagewire-window-'));
  const child = spawn(executablePath, [...FLAGS, `--user-data-dir=${profile}`, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    env: { ...process.env, DISPLAY: display.name },
  });
  endWithThisProcess(child);
  const cancelRemoval = removeAtEnd(profile);
  const end = async () => {
    const exited = once(child, 'exit');
    child.kill();
    await exited;
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    cancelRemoval();
  };
  const port = await eventually(async () => {
    const [line = ''] = (await readFile(join(profile, 'DevToolsActivePort'), 'utf8')).split('\n', 1);
    return line !== '' && Number(line);
  });
  // Extensions can be loaded through the pipe only.
  const { id } = Loaded.parse(await commandThroughPipe(child, 'Extensions.loadUnpacked', { path: extension }));
  await giveShortcut(port, id);
  const { Browser: version } = Version.parse(await (await fetch(`http://127.0.0.1:${port}/json/version`)).json());
  return new WindowedChromium({ version, port, id, display, end });
}

async function giveShortcut(port: number, extensionId: string): Promise<void> {
  const tab = await DevtoolsTarget.attach(port, 'about:blank');
  await tab.send('Page.navigate', { url: EXTENSIONS_URL });
  await eventually(async () => (await tab.evaluate('Boolean(chrome.developerPrivate)')) === true);
  const command = { extensionId, commandName: '_execute_action', keybinding: SHORTCUT.stored };
  await tab.evaluate(`chrome.developerPrivate.updateExtensionCommand(${JSON.stringify(command)})`);
  tab.detach();
}

interface Deps {
  version: string;
  port: number;
  /** The extension's. */
  id: string;
  display: Display;
  end(): Promise<void>;
}

class WindowedChromium implements WindowedBrowser {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  get version(): string {
    return this.#deps.version;
  }

  async openPage(url: string): Promise<void> {
    await fetch(`http://127.0.0.1:${this.#deps.port}/json/new?${url}`, { method: 'PUT' });
    const page = await DevtoolsTarget.attach(this.#deps.port, url);
    await eventually(async () => (await page.evaluate('document.readyState')) === 'complete');
    page.detach();
    await eventually(async () => (await this.#deps.display.brightness(IN_PAGE)) > BRIGHT);
  }

  async openPopup(): Promise<Popup> {
    const popup = new ChromiumPopup(this.#deps.port, this.#popupUrl, this.#deps.display);
    await this.#deps.display.press(SHORTCUT.pressed);
    await eventually(() => popup.isOpen());
    return popup;
  }

  async killBackground(): Promise<void> {
    const targets = await targetsOf(this.#deps.port);
    const worker = targets.find(({ type, url }) => type === 'service_worker' && url.includes(this.#deps.id));
    if (worker) await fetch(`http://127.0.0.1:${this.#deps.port}/json/close/${worker.id}`);
  }

  async answerPrompt(answer: PromptAnswer): Promise<void> {
    const { display } = this.#deps;
    await eventually(async () => (await display.brightness(IN_PAGE)) < BRIGHT);
    await display.settled();
    if (answer === 'allow') await display.changedBy(() => display.press('Tab'));
    // The browser ignores keys right after the prompt has opened, to prevent accidents.
    await eventually(async () => {
      await display.press(KEY[answer]);
      await eventually(async () => (await display.brightness(IN_PAGE)) > BRIGHT, CLOSING_MS);
    });
  }

  async close(): Promise<void> {
    await this.#deps.end();
  }

  get #popupUrl(): string {
    return `chrome-extension://${this.#deps.id}/popup/popup.html`;
  }
}

async function targetsOf(port: number): Promise<z.infer<typeof Targets>> {
  return Targets.parse(await (await fetch(`http://127.0.0.1:${port}/json/list`)).json());
}

/** Attached for short moments only, because a debugged popup behaves differently. */
class ChromiumPopup implements Popup {
  readonly #port: number;
  readonly #url: string;
  readonly #display: Display;

  constructor(port: number, url: string, display: Display) {
    this.#port = port;
    this.#url = url;
    this.#display = display;
  }

  async isOpen(): Promise<boolean> {
    return (await targetsOf(this.#port)).some(({ url }) => url === this.#url);
  }

  async evaluate(expression: (view: string) => string): Promise<unknown> {
    const target = await DevtoolsTarget.attach(this.#port, this.#url);
    try {
      const evaluation = { expression: expression('window'), returnByValue: true, awaitPromise: true };
      return (await target.send('Runtime.evaluate', evaluation)).result?.result?.value;
    } finally {
      target.detach();
    }
  }

  async buttonNamed(name: string): Promise<Point | undefined> {
    const inner = (await this.evaluate((view) => buttonIn(view, name))) as Point | undefined;
    const corner = (await this.evaluate(() => '({ x: screenX, y: screenY })')) as Point;
    return inner && { x: corner.x + inner.x, y: corner.y + inner.y };
  }

  async takeKeys(): Promise<void> {}

  async close(): Promise<void> {
    await this.#display.press('Escape');
    await eventually(async () => !(await this.isOpen()));
  }
}
