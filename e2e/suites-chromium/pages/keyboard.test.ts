import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Gallery } from '../../visual/gallery.ts';
import type { Scene } from '../../visual/scene.ts';
import type { ScenePage } from '../../visual/scene-page.ts';
import { SCENES } from '../../visual/scenes.ts';

/** Whoever has no mouse opens and closes everything by keys, and is not thrown back to the start. */

let gallery: Gallery;
beforeAll(async () => {
  gallery = await Gallery.open();
});
afterAll(() => gallery?.close());

const inEnglish = { language: 'en', theme: 'light' } as const;

function visit<Seen>(name: string, look: (page: ScenePage) => Promise<Seen>): Promise<Seen> {
  const scene = SCENES.find((one) => one.name === name) as Scene; // A name that is none fails in the next line.
  return gallery.show(scene, inEnglish, look);
}

describe('what a function has open', () => {
  it.each([
    ['Try encrypt', 'popup-in-use'],
    ['Edit encrypt', 'popup-in-use'],
    ['Calls of encrypt', 'popup-in-use'],
    ['Calls of encrypt', 'options-in-use'],
  ])('is opened by Enter on "%s", closed by Escape, and gives the focus back: %s', async (name, scene) => {
    await visit(scene, async ({ page }) => {
      const opener = page.getByRole('button', { name, exact: true });
      await opener.press('Enter');
      await expandedIs(page, name, 'true');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Escape');
      await expandedIs(page, name, 'false');
      expect(await opener.evaluate((button) => button === document.activeElement)).toBe(true);
    });
  });
});

it('has the focus in a form as soon as the form is there, before anything can be typed', async () => {
  await visit('popup-in-use', async ({ page }) => {
    await page.getByRole('button', { name: 'Add function' }).evaluate((button: HTMLElement) => {
      // Told of a change before the browser's next turn, in which a key could come.
      new MutationObserver((_changes, observer) => {
        if (!document.querySelector('form.function-form')) return;
        observer.disconnect();
        document.body.dataset.focused = document.activeElement?.closest('.field')?.textContent ?? 'nothing';
      }).observe(document.body, { subtree: true, childList: true });
      button.click();
    });
    await page.locator('body[data-focused]').waitFor();
    expect(await page.locator('body').getAttribute('data-focused')).toMatch(/^Name/);
  });
});

it('gives the focus back when the form for another function is left', async () => {
  await visit('popup-in-use', async ({ page }) => {
    await page.getByRole('button', { name: 'Add function' }).press('Enter');
    await page.getByRole('textbox', { name: 'Name' }).press('Escape');
    await page.locator('button.add:focus').waitFor();
  });
});

it('closes the guide and finds it again', async () => {
  await visit('popup-guide-site', async ({ page }) => {
    await page.getByRole('button', { name: 'Close guide' }).press('Enter');
    const guide = page.getByRole('button', { name: 'Guide', exact: true });
    await guide.and(page.locator(':focus')).waitFor();
    await guide.press('Enter');
    await page.getByRole('region', { name: 'Set up in three steps' }).waitFor();
  });
});

async function expandedIs(page: Page, name: string, expanded: string): Promise<void> {
  await page.locator(`button[aria-label="${name}"][aria-expanded="${expanded}"]`).waitFor();
}
