import type { Browser, Page } from 'puppeteer-core';
import { FIREFOX_ID } from '../../extension/manifest.ts';
import { eventually } from '../browser/eventually.ts';
import { startFirefox, UUID } from '../browser/firefox-process.ts';
import { type Display, type Point, SCREEN } from './display.ts';
import { buttonIn } from './in-popup.ts';
import type { Popup, PromptAnswer, WindowedBrowser } from './windowed-browser.ts';

const ORIGIN = `moz-extension://${UUID}`;
/** An empty page of the browser, whose scripts run with the browser's privileges. */
const PRIVILEGED_PAGE = 'chrome://browser/content/blanktab.html';
const BUTTON_ID = 'pagewire_pagewire_dev-browser-action';
const WINDOW = `Services.wm.getMostRecentWindow('navigator:browser')`;
/** Buttons of the prompt. */
const SELECTOR: Record<Exclude<PromptAnswer, 'close'>, string> = {
  allow: '.popup-notification-primary-button',
  deny: '.popup-notification-secondary-button',
};
/** Longest time until an accepted click closes the prompt. */
const CLOSING_MS = 1_500;

/** Starts a Firefox with an empty profile and the extension in a maximized window. */
export async function startWindowedFirefox(
  executablePath: string,
  extension: string,
  display: Display,
): Promise<WindowedBrowser> {
  const { browser, end } = await startFirefox({
    executablePath,
    headless: false,
    language: 'en-US',
    display: display.name,
  });
  await browser.installExtension(extension);
  const own = await open(browser, PRIVILEGED_PAGE);
  // A page of the extension, which can access the popup.
  const console = await open(browser, `${ORIGIN}/options/options.html`);
  const version = (await browser.version()).replace('firefox/', '');
  // Pins the button.
  await own.evaluate(`${WINDOW}.CustomizableUI.addWidgetToArea('${BUTTON_ID}', 'nav-bar')`);
  await own.evaluate(`${WINDOW}.resizeTo(${SCREEN.width}, ${SCREEN.height})`);
  return new WindowedFirefox({ version, browser, own, console, display, end });
}

/** `goto` never resolves for pages of the extension and the browser. */
async function open(browser: Browser, url: string): Promise<Page> {
  const page = await browser.newPage();
  page.goto(url).catch(() => {});
  await eventually(async () => (await page.evaluate('document.readyState + location.href')) === `complete${url}`);
  return page;
}

interface Deps {
  version: string;
  browser: Browser;
  /** A page with the browser's privileges. */
  own: Page;
  console: Page;
  display: Display;
  end(): Promise<void>;
}

class WindowedFirefox implements WindowedBrowser {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  get version(): string {
    return this.#deps.version;
  }

  async openPage(url: string): Promise<void> {
    const page = await this.#deps.browser.newPage();
    await page.goto(url);
    await page.bringToFront();
  }

  async openPopup(): Promise<Popup> {
    const place = await eventually(() => this.#placeInWindow(`#${BUTTON_ID} .unified-extensions-item-action-button`));
    await this.#deps.display.click(place);
    const popup = new FirefoxPopup(this.#deps.console, this.#deps.display);
    await eventually(() => popup.isOpen());
    return popup;
  }

  async killBackground(): Promise<void> {
    const options = '{ ignoreDevToolsAttached: true, disableResetIdleForTest: true }';
    await this.#deps.own.evaluate(
      `WebExtensionPolicy.getByID('${FIREFOX_ID}').extension.terminateBackground(${options})`,
    );
  }

  async answerPrompt(answer: PromptAnswer): Promise<void> {
    const { display } = this.#deps;
    await eventually(() => this.#placeInWindow(SELECTOR.allow));
    await display.settled();
    // The browser ignores clicks right after the prompt has opened, to prevent accidents.
    await eventually(async () => {
      const place = await this.#placeInWindow(answer === 'close' ? SELECTOR.allow : SELECTOR[answer]);
      if (!place) return;
      if (answer === 'close') await this.#dismiss();
      else await display.click(place);
      await eventually(async () => !(await this.#placeInWindow(SELECTOR.allow)), CLOSING_MS);
    });
  }

  /** The prompt gets Escape only after a mouse press in it. */
  async #dismiss(): Promise<void> {
    const { display } = this.#deps;
    const place = await this.#placeInWindow('.popup-notification-description');
    if (place) await display.click(place);
    await display.press('Escape');
  }

  async close(): Promise<void> {
    await this.#deps.end();
  }

  /** The screen position of an element of the browser's UI; false if hidden. */
  async #placeInWindow(selector: string): Promise<Point | false> {
    const place = await this.#deps.own.evaluate(`(() => {
      const window = ${WINDOW};
      const found = [...window.document.querySelectorAll('${selector}')].find((one) => one.getBoundingClientRect().width > 0);
      const { x, y, width, height } = found?.getBoundingClientRect() ?? {};
      return found && { x: window.mozInnerScreenX + x + width / 2, y: window.mozInnerScreenY + y + height / 2 };
    })()`);
    return (place as Point | undefined) ?? false;
  }
}

const VIEW = `browser.extension.getViews({ type: 'popup' })[0]`;

class FirefoxPopup implements Popup {
  readonly #console: Page;
  readonly #display: Display;

  constructor(console: Page, display: Display) {
    this.#console = console;
    this.#display = display;
  }

  async isOpen(): Promise<boolean> {
    return (await this.#console.evaluate(`${VIEW}?.document.readyState === 'complete'`)) as boolean;
  }

  async evaluate(expression: (view: string) => string): Promise<unknown> {
    return await this.#console.evaluate(expression(VIEW));
  }

  async buttonNamed(name: string): Promise<Point | undefined> {
    const inner = (await this.evaluate((view) => buttonIn(view, name))) as Point | undefined;
    const corner = (await this.evaluate(
      (view) => `({ x: ${view}.mozInnerScreenX, y: ${view}.mozInnerScreenY })`,
    )) as Point;
    return inner && { x: corner.x + inner.x, y: corner.y + inner.y };
  }

  /** In a popup opened by the mouse, Firefox accepts keys only after a first Tab, which does not move the focus. */
  async takeKeys(): Promise<void> {
    await this.#display.press('Tab');
  }

  async close(): Promise<void> {
    await this.#display.press('Escape');
    await eventually(async () => !(await this.isOpen()));
  }
}
