import type { Browser, Page } from 'puppeteer-core';
import { FIREFOX_ID } from '../../extension/manifest.ts';
import { eventually } from '../browser/eventually.ts';
import { startFirefox, UUID } from '../browser/firefox-process.ts';
import { type Display, type Point, SCREEN } from './display.ts';
import { buttonIn } from './in-popup.ts';
import type { Popup, PromptAnswer, WindowedBrowser } from './windowed-browser.ts';

const ORIGIN = `moz-extension://${UUID}`;
/** An empty one of the browser's own pages, whose scripts may do what the browser's own code may. */
const PRIVILEGED_PAGE = 'chrome://browser/content/blanktab.html';
const BUTTON_ID = 'pagewire_pagewire_dev-browser-action';
const WINDOW = `Services.wm.getMostRecentWindow('navigator:browser')`;
/** The prompt's own buttons. */
const SELECTOR: Record<Exclude<PromptAnswer, 'close'>, string> = {
  allow: '.popup-notification-primary-button',
  deny: '.popup-notification-secondary-button',
};
/** How long a click that was taken may take to close the prompt. */
const CLOSING_MS = 1_500;

/** Starts a Firefox with an empty profile and the extension in it, in a window as large as the screen. */
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
  // A page of the extension's: it can look into the popup.
  const console = await open(browser, `${ORIGIN}/options/options.html`);
  const version = (await browser.version()).replace('firefox/', '');
  // As a person pins it.
  await own.evaluate(`${WINDOW}.CustomizableUI.addWidgetToArea('${BUTTON_ID}', 'nav-bar')`);
  await own.evaluate(`${WINDOW}.resizeTo(${SCREEN.width}, ${SCREEN.height})`);
  return new WindowedFirefox({ version, browser, own, console, display, end });
}

/** `goto` never resolves for the extension's and the browser's own pages. */
async function open(browser: Browser, url: string): Promise<Page> {
  const page = await browser.newPage();
  page.goto(url).catch(() => {});
  await eventually(async () => (await page.evaluate('document.readyState + location.href')) === `complete${url}`);
  return page;
}

interface Deps {
  version: string;
  browser: Browser;
  /** A page with the rights of the browser's own code. */
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
    // A click too soon after the prompt has opened does not count: it may have been meant for something else.
    await eventually(async () => {
      const place = await this.#placeInWindow(answer === 'close' ? SELECTOR.allow : SELECTOR[answer]);
      if (!place) return;
      if (answer === 'close') await this.#dismiss();
      else await display.click(place);
      await eventually(async () => !(await this.#placeInWindow(SELECTOR.allow)), CLOSING_MS);
    });
  }

  /** Escape goes to the prompt once the mouse has been pressed in it. */
  async #dismiss(): Promise<void> {
    const { display } = this.#deps;
    const place = await this.#placeInWindow('.popup-notification-description');
    if (place) await display.click(place);
    await display.press('Escape');
  }

  async close(): Promise<void> {
    await this.#deps.end();
  }

  /** Where something of the browser's own is on the screen; false where it is not shown. */
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

  /** Firefox gives keys to a popup that the mouse has opened from the first Tab on, which leaves the focus where it is. */
  async takeKeys(): Promise<void> {
    await this.#display.press('Tab');
  }

  async close(): Promise<void> {
    await this.#display.press('Escape');
    await eventually(async () => !(await this.isOpen()));
  }
}
