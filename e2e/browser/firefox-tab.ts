import type { ElementHandle, KeyInput, Page } from 'puppeteer-core';
import type { ControlFinder } from './control-finder.ts';
import type { Control, DriverTab, Role } from './driver.ts';
import { eventually } from './eventually.ts';
import { KEY_OF } from './key-of.ts';

export interface FirefoxTabDeps {
  findControl: ControlFinder;
  /** Policy violations of all pages. */
  policyComplaints(): Promise<string[]>;
}

export class FirefoxTab implements DriverTab {
  readonly #page: Page;
  readonly #deps: FirefoxTabDeps;
  readonly #complaints: string[] = [];

  constructor(page: Page, deps: FirefoxTabDeps) {
    this.#page = page;
    this.#deps = deps;
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
    // goto never resolves for pages of the extension and the browser, so the page is polled.
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
      const handle = await this.#page.evaluateHandle(this.#deps.findControl(role, name));
      return handle.asElement() as ElementHandle<HTMLElement> | null;
    };
    const wait = () =>
      eventually(async () => (await find()) ?? Promise.reject(new Error(`no ${role} “${name}” on the page`)));
    return {
      click: async () => {
        await this.#focus(await wait());
        const key = KEY_OF[role];
        // WebDriver takes characters instead of key names.
        if (key) await this.#page.keyboard.press(key === 'Space' ? (' ' as KeyInput) : key);
      },
      fill: async (text) => {
        const field = await wait();
        await this.#focus(field);
        await field.evaluate((field, text) => {
          (field as HTMLInputElement).select();
          // Puppeteer needs a round trip per character. This sends the same input in one.
          document.execCommand('insertText', false, text);
        }, text);
      },
      seen: async () => void (await wait()),
      isThere: async () => (await find()) !== null,
      evaluate: async (script) => (await (await wait()).evaluate(script)) as never,
    };
  }

  /** A field fires `change` when it loses the focus, and only in the active tab. */
  async #focus(element: ElementHandle<HTMLElement>): Promise<void> {
    const focus = (element: HTMLElement) => {
      element.focus();
      return document.hasFocus();
    };
    await eventually(async () => (await element.evaluate(focus)) || this.activate().then(() => false));
  }

  async setViewport(width: number, height: number): Promise<void> {
    await this.#page.setViewport({ width, height });
  }

  async setColorScheme(): Promise<void> {
    throw new Error('screenshots are taken in Chromium only');
  }

  async complaints(): Promise<string[]> {
    const { origin } = new URL(await this.url());
    const refused = await this.#deps.policyComplaints();
    // Keys go to the active tab, which may be another one.
    await this.#page.bringToFront();
    return [...this.#complaints, ...refused.filter((text) => text.includes(origin))];
  }

  async screenshot(path: string): Promise<void> {
    await this.#page.screenshot({ path: path as `${string}.png`, fullPage: true });
  }
}
