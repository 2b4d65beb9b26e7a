import type { Page } from 'playwright-core';
import type { Control, DriverTab, Role } from './driver.ts';
import { KEY_OF } from './key-of.ts';

export class ChromiumTab implements DriverTab {
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
    // Playwright's types unwrap handles in the argument. Plain data has none.
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
