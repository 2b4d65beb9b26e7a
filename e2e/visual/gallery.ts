import { readFile } from 'node:fs/promises';
import { type Browser, chromium, type Page } from 'playwright-core';
import { findBrowser } from '../browser/find-browser.ts';
import { WITHOUT_UNNEEDED_FEATURES } from '../browser/unneeded-features.ts';
import { BuiltPages } from './built-pages.ts';
import { makeFontsConfig, missingFonts } from './fonts.ts';
import { isAtRest } from './in-page.ts';
import type { Look } from './looks.ts';
import type { Language, Scene } from './scene.ts';
import { ScenePage } from './scene-page.ts';
import { type StandIn, standInBrowser } from './stand-in-browser.ts';

const WIDTH = { popup: 344, options: 1200 } as const;
/** Generous for busy machines. */
const TIMEOUT_MS = 15_000;
/** A fixed time, so that pictures do not depend on the date. */
const NOW = new Date('2026-01-05T13:05:09Z');

/** Shows scenes in a Chromium with fixed fonts, clock and time zone. */
export class Gallery {
  readonly #browser: Browser;
  readonly #pages: BuiltPages;
  readonly #messages: Record<Language, StandIn['messages']>;
  /** Unused pages by their fixed properties. */
  readonly #idle = new Map<string, Page[]>();

  private constructor(browser: Browser, pages: BuiltPages, messages: Record<Language, StandIn['messages']>) {
    this.#browser = browser;
    this.#pages = pages;
    this.#messages = messages;
  }

  static async open(): Promise<Gallery> {
    const browser = await chromium.launch({
      executablePath: await findBrowser('chromium', console.log),
      headless: true,
      args: ['--font-render-hinting=none', '--disable-lcd-text', '--hide-scrollbars', WITHOUT_UNNEEDED_FEATURES],
      env: {
        ...process.env,
        ...((await missingFonts()).length === 0 ? { FONTCONFIG_FILE: await makeFontsConfig() } : {}),
      },
    });
    const messages = { en: await readMessages('en'), zh_CN: await readMessages('zh_CN') };
    return new Gallery(browser, await BuiltPages.start(), messages);
  }

  /** Calls `look` once the scene is stable. */
  async show<Seen>(scene: Scene, { language, theme }: Look, look: (page: ScenePage) => Promise<Seen>): Promise<Seen> {
    const idle = this.#idleOf(scene, language);
    const page = idle.pop() ?? (await this.#open(scene, language));
    const errors: string[] = [];
    const hear = (error: Error) => void errors.push(String(error));
    page.on('pageerror', hear);
    try {
      const scenePage = await this.#bring(scene, { language, theme }, page);
      const seen = await look(scenePage);
      if (errors.length > 0) throw new Error('the page logged errors');
      page.off('pageerror', hear);
      idle.push(page);
      return seen;
    } catch (cause) {
      await page.context().close();
      throw new Error(`${scene.name} in ${language}, ${theme}: ${[cause, ...errors].join('\n')}`, { cause });
    }
  }

  async #bring(scene: Scene, { language, theme }: Look, page: Page): Promise<ScenePage> {
    await page.emulateMedia({ colorScheme: theme });
    // The pointer of the previous scene would cause a hover state.
    await page.mouse.move(0, 0);
    const standIn = await page.addInitScript({
      content: scriptOf({ state: scene.state, messages: this.#messages[language] }),
    });
    await page.goto(this.#pages.url(scene.page) + searchOf(scene));
    await standIn.dispose();
    await page.locator('main').waitFor();
    const scenePage = new ScenePage(page, this.#messages[language]);
    if (scene.page === 'popup' && !scene.state.guideClosed) await page.locator('.guide').waitFor();
    await scene.act?.(scenePage);
    await page.evaluate(isAtRest);
    return scenePage;
  }

  #idleOf(scene: Scene, language: Language): Page[] {
    const key = `${scene.page} ${language}`;
    const idle = this.#idle.get(key) ?? [];
    this.#idle.set(key, idle);
    return idle;
  }

  /** Reused, because opening a page takes a third of a second and compiles its code again. */
  async #open(scene: Scene, language: Language): Promise<Page> {
    const context = await this.#browser.newContext({
      viewport: { width: WIDTH[scene.page], height: scene.page === 'popup' ? 300 : 700 },
      locale: language.replace('_', '-'),
      timezoneId: 'UTC',
      reducedMotion: 'reduce',
    });
    const page = await context.newPage();
    page.setDefaultTimeout(TIMEOUT_MS);
    await page.clock.setFixedTime(NOW);
    return page;
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.#pages.close();
  }
}

/** esbuild (in tsx) adds a helper for function names, which pages lack. */
function scriptOf(standIn: StandIn): string {
  return `{ const __name = (value) => value; (${standInBrowser})(${JSON.stringify(standIn)}); }`;
}

function searchOf({ page, url }: Scene): string {
  return page === 'popup' && url !== undefined ? `?tabId=7&url=${encodeURIComponent(url)}` : '';
}

async function readMessages(language: Language): Promise<StandIn['messages']> {
  return JSON.parse(
    await readFile(new URL(`../../dist/chrome/_locales/${language}/messages.json`, import.meta.url), 'utf8'),
  );
}
