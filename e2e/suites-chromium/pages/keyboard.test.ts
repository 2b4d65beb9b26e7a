import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Gallery } from '../../visual/gallery.ts';
import type { Scene } from '../../visual/scene.ts';
import type { ScenePage } from '../../visual/scene-page.ts';
import { SCENES } from '../../visual/scenes.ts';

/** Panels and forms work by keyboard, and the focus returns. */

let gallery: Gallery;
beforeAll(async () => {
  gallery = await Gallery.open();
});
afterAll(() => gallery?.close());

const inEnglish = { language: 'en', theme: 'light' } as const;

function visit<Seen>(name: string, look: (page: ScenePage) => Promise<Seen>): Promise<Seen> {
  const scene = SCENES.find((one) => one.name === name) as Scene; // An unknown name fails in the next line.
  return gallery.show(scene, inEnglish, look);
}

describe('a panel', () => {
  it.each([
    ['Try encrypt', 'popup-in-use'],
    ['Edit encrypt', 'popup-in-use'],
    ['Calls of encrypt', 'popup-in-use'],
    ['Calls of encrypt', 'options-in-use'],
    ['Try shop.cart.total', 'finder-found'],
  ])('opens with Enter on "%s", closes with Escape and returns the focus: %s', async (name, scene) => {
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

describe('a form', () => {
  it.each([
    ['Edit encrypt', 'popup-in-use'],
    ['Edit capture seal', 'popup-captures'],
    ['Edit https://shop.example', 'options-in-use'],
    ['Add function', 'popup-in-use'],
    ['Add capture', 'popup-captures'],
    ['Search the page’s scripts', 'popup-captures'],
    ['Add site', 'options-in-use'],
  ])('opened by "%s" returns the focus to it on Escape: %s', async (name, scene) => {
    await visit(scene, async ({ page }) => {
      const opener = page.getByRole('button', { name, exact: true });
      await opener.press('Enter');
      await page.locator('form input:focus').press('Escape');
      await opener.and(page.locator(':focus')).waitFor();
      expect(await page.locator('form').count()).toBe(0);
    });
  });

  it('moves the focus to the invalid field', async () => {
    await visit('popup-in-use', async ({ page }) => {
      await page.getByRole('button', { name: 'Add function' }).press('Enter');
      await page.getByRole('textbox', { name: 'Name' }).fill('open');
      await page.getByRole('textbox', { name: 'Path' }).fill('shop.open()');
      await page.getByRole('textbox', { name: 'Name' }).press('Enter');
      await page.getByRole('textbox', { name: 'Path' }).and(page.locator(':focus')).waitFor();
    });
  });
});

it('focuses the first empty field before the next key', async () => {
  await visit('popup-in-use', async ({ page }) => {
    await page.getByRole('button', { name: 'Add function' }).evaluate((button: HTMLElement) => {
      // A mutation observer runs before the browser handles the next key.
      new MutationObserver((_changes, observer) => {
        if (!document.querySelector('form')) return;
        observer.disconnect();
        document.body.dataset.focused = document.activeElement?.closest('.field')?.textContent ?? 'nothing';
      }).observe(document.body, { subtree: true, childList: true });
      button.click();
    });
    await page.locator('body[data-focused]').waitFor();
    expect(await page.locator('body').getAttribute('data-focused')).toMatch(/^Name/);
  });
});

it('closes and reopens the guide', async () => {
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
