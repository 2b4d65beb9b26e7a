import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missingFonts } from '../../visual/fonts.ts';
import { Gallery } from '../../visual/gallery.ts';
import { findClipped, focused, tabStops } from '../../visual/in-page.ts';
import { differenceOf } from '../../visual/kept-pictures.ts';
import { LOOKS, type Look } from '../../visual/looks.ts';
import { pictureOf } from '../../visual/picture-of.ts';
import type { Scene } from '../../visual/scene.ts';
import { SCENES } from '../../visual/scenes.ts';

/**
 * Every state of every page: as it reads in either language, as axe-core finds it, for whoever has no mouse, and whether it
 * looks as it did when somebody last looked at it. Each look of a scene is opened once for all of these.
 */

interface Seen {
  look: Look;
  clipped: string[];
  violations: string[];
  difference: string | undefined;
  walk: { wanted: string[]; reached: string[] } | undefined;
}

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
    seen = await Promise.all(looksAt(scene).map((look) => see(scene, look)));
  });

  it('has no fault that axe-core knows', () => {
    expect(seen.flatMap(({ violations }) => violations)).toEqual([]);
  });

  it('has no text clipped', () => {
    expect(seen.flatMap(({ clipped, look }) => clipped.map((text) => `${look.language}: ${text}`))).toEqual([]);
  });

  it('is led through by Tab, all of it', () => {
    const walk = seen.find(({ walk }) => walk)?.walk;
    expect(walk?.wanted.length).toBeGreaterThan(1);
    expect(walk?.reached).toEqual(walk?.wanted);
  });

  // Not as a skipped test: nothing is missing where no picture is kept.
  if (!scene.isKept) return;
  it('looks as it did, in each language and theme', ({ skip }) => {
    skip(missing.length > 0, `pictures need these fonts: ${missing.join(', ')}`);
    expect(seen.flatMap(({ difference }) => difference ?? [])).toEqual([]);
  });
});

/** What no picture is kept of has nothing to show in Chinese that is dark. */
function looksAt({ isKept }: Scene): Look[] {
  return LOOKS.filter(({ language, theme }) => isKept || language === 'en' || theme === 'light');
}

function see(scene: Scene, look: Look): Promise<Seen> {
  const isChinese = look.language === 'zh_CN';
  const isDark = look.theme === 'dark';
  return gallery.show(scene, look, async ({ page }) => ({
    look,
    difference: await difference(scene, look, page),
    clipped: isDark ? [] : await page.evaluate(findClipped),
    // The theme changes nothing but colours, the language nothing that axe-core looks at.
    violations: isChinese ? [] : await violationsOf(page, isDark ? ['color-contrast'] : undefined),
    // Last, because it moves the focus.
    walk: isChinese || isDark ? undefined : await walk(page),
  }));
}

async function difference(scene: Scene, look: Look, page: Page): Promise<string | undefined> {
  if (!scene.isKept || missing.length > 0) return undefined;
  const { name, png } = await pictureOf(page, scene, look);
  return await differenceOf(name, png);
}

async function violationsOf(page: Page, rules: string[] | undefined): Promise<string[]> {
  await page.evaluate(axe.source);
  return await page.evaluate(async (rules) => {
    const { violations } = await window.axe.run(rules ? { runOnly: rules } : {});
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' · ')}`);
  }, rules);
}

async function walk(page: Page): Promise<{ wanted: string[]; reached: string[] }> {
  const wanted = await page.evaluate(tabStops);
  const reached: string[] = [];
  for (let count = 0; count < wanted.length; count++) {
    await page.keyboard.press('Tab');
    reached.push(await page.evaluate(focused));
  }
  return { wanted, reached };
}

declare global {
  interface Window {
    axe: typeof axe;
  }
}
