import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missingFonts } from '../../visual/fonts.ts';
import { Gallery } from '../../visual/gallery.ts';
import { findClipped, focusedStops, tabStops } from '../../visual/in-page.ts';
import { differenceOf } from '../../visual/kept-pictures.ts';
import type { Look } from '../../visual/looks.ts';
import { pictureOf } from '../../visual/picture-of.ts';
import type { Language, Scene } from '../../visual/scene.ts';
import { SCENES } from '../../visual/scenes.ts';

/**
 * Every state of every page: as it reads in either language, as axe-core finds it, for whoever has no mouse, and whether it
 * looks as it did when somebody last looked at it. A scene is opened once in each language for all of these.
 */

interface Seen {
  clipped: string[];
  violations: string[];
  differences: string[];
  walk: { wanted: string[]; reached: string[] } | undefined;
}

const LANGUAGES = ['en', 'zh_CN'] as const satisfies readonly Language[];

let gallery: Gallery;
let missing: string[];
beforeAll(async () => {
  missing = await missingFonts();
  gallery = await Gallery.open();
});
afterAll(() => gallery?.close());

describe.each(SCENES.map((scene) => [scene.name, scene] as const))('%s', (_name, scene) => {
  let seen: Seen[];
  beforeAll(async () => {
    seen = await Promise.all(LANGUAGES.map((language) => see(scene, language)));
  });

  it('passes axe-core', () => {
    expect(seen.flatMap(({ violations }) => violations)).toEqual([]);
  });

  it('has no clipped text', () => {
    expect(seen.flatMap(({ clipped }) => clipped)).toEqual([]);
  });

  it('is reachable by Tab', () => {
    const walk = seen.find(({ walk }) => walk)?.walk;
    expect(walk?.wanted.length).toBeGreaterThan(1);
    expect(walk?.reached).toEqual(walk?.wanted);
  });

  // Not a skipped test: scenes without a picture need none.
  if (!scene.isKept) return;
  it('matches its picture in each language and theme', ({ skip }) => {
    skip(missing.length > 0, `pictures need these fonts: ${missing.join(', ')}`);
    expect(seen.flatMap(({ differences }) => differences)).toEqual([]);
  });
});

/**
 * In both themes, one after the other: to open it once more takes longer than all that is looked at. What no picture is kept of has
 * nothing to show in Chinese that is dark.
 */
function see(scene: Scene, language: Language): Promise<Seen> {
  const isEnglish = language === 'en';
  return gallery.show(scene, { language, theme: 'light' }, async (shown) => {
    const { page } = shown;
    const light = await differenceIn(scene, { language, theme: 'light' }, page);
    const clipped = (await page.evaluate(findClipped)).map((text) => `${language}: ${text}`);
    // The language does not affect axe-core, and the theme affects colours only.
    const faults = isEnglish ? await violationsOf(page) : [];
    if (isEnglish || scene.isKept) await shown.turn('dark');
    return {
      clipped,
      violations: isEnglish ? [...faults, ...(await violationsOf(page, ['color-contrast']))] : [],
      differences: [light, await differenceIn(scene, { language, theme: 'dark' }, page)].flatMap((one) => one ?? []),
      // Last, because it moves the focus.
      walk: isEnglish ? await walk(page) : undefined,
    };
  });
}

async function differenceIn(scene: Scene, look: Look, page: Page): Promise<string | undefined> {
  if (!scene.isKept || missing.length > 0) return undefined;
  const { name, png } = await pictureOf(page, scene, look);
  return await differenceOf(name, png);
}

async function violationsOf(page: Page, rules?: string[]): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  return await page.evaluate(async (rules) => {
    // Only violations.
    const options = { resultTypes: ['violations' as const], ...(rules ? { runOnly: rules } : {}) };
    const { violations } = await window.axe.run(options);
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' · ')}`);
  }, rules);
}

async function walk(page: Page): Promise<{ wanted: string[]; reached: string[] }> {
  const wanted = await page.evaluate(tabStops);
  for (const _stop of wanted) await page.keyboard.press('Tab');
  return { wanted, reached: await page.evaluate(focusedStops) };
}

declare global {
  interface Window {
    axe: typeof axe;
  }
}
