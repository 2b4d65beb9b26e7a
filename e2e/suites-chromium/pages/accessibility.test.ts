import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Gallery } from '../../visual/gallery.ts';
import { findClipped, focused, tabStops } from '../../visual/in-page.ts';
import type { Scene } from '../../visual/scene.ts';
import { SCENES } from '../../visual/scenes.ts';

/** Every state of every page, as axe-core finds it, as it reads in either language, and for whoever has no mouse. */

let gallery: Gallery;
beforeAll(async () => {
  gallery = await Gallery.open();
});
afterAll(() => gallery?.close());

it.each(SCENES)(
  '$name: no fault that axe-core knows, no text clipped, and Tab leads through all of it',
  async (scene) => {
    const [light, dark, chinese] = await Promise.all([
      lookAt(scene, 'en', 'light', async (page) => ({
        violations: await violationsOf(page),
        clipped: await page.evaluate(findClipped),
        // Last, because it moves the focus.
        walk: await walk(page),
      })),
      lookAt(scene, 'en', 'dark', violationsOf),
      lookAt(scene, 'zh_CN', 'light', (page) => page.evaluate(findClipped)),
    ]);
    expect([...light.violations, ...dark]).toEqual([]);
    expect([...light.clipped, ...chinese]).toEqual([]);
    expect(light.walk.wanted.length).toBeGreaterThan(3);
    expect(light.walk.reached).toEqual(light.walk.wanted);
  },
);

function lookAt<Seen>(
  scene: Scene,
  language: 'en' | 'zh_CN',
  theme: 'light' | 'dark',
  look: (page: Page) => Promise<Seen>,
): Promise<Seen> {
  return gallery.show(scene, { language, theme }, ({ page }) => look(page));
}

async function violationsOf(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  return await page.evaluate(async () => {
    const { violations } = await window.axe.run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' · ')}`);
  });
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
