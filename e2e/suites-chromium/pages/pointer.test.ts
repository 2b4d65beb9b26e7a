import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RelayStatus } from '../../../extension/platform/messages.ts';
import { Gallery } from '../../visual/gallery.ts';
import { isAtRest } from '../../visual/in-page.ts';
import type { Scene } from '../../visual/scene.ts';
import type { ScenePage } from '../../visual/scene-page.ts';
import { connected, waiting } from '../../visual/scene-states.ts';
import { SCENES } from '../../visual/scenes.ts';

/** A control under the pointer does not move when the relay's state changes. */

let gallery: Gallery;
beforeAll(async () => {
  gallery = await Gallery.open();
});
afterAll(() => gallery?.close());

const changes: [string, string, RelayStatus][] = [
  ['connects', 'popup-first-run', connected],
  ['goes away', 'popup-guide-site', { ...waiting, reason: 'Nobody answers' }],
];

describe.each(changes)('while the relay %s', (_what, scene, status) => {
  it('a button under the pointer stays, the top line shows the state, and the rest updates when the pointer leaves', async () => {
    await visit(scene, async (shown) => {
      const button = shown.page.getByRole('button', { name: 'Enable on this site' });
      await button.hover();
      const before = await topOf(button);
      await tell(shown, status);
      expect(await topOf(button)).toBe(before);
      await shown.page.mouse.move(5, 5);
      await expect.poll(() => topOf(button)).not.toBe(before);
    });
  });

  it('updates do not wait after a click', async () => {
    await visit(scene, async (shown) => {
      const button = shown.page.getByRole('button', { name: 'Copy client ID' });
      await button.click();
      const before = await topOf(button);
      await tell(shown, status);
      await expect.poll(() => topOf(button)).not.toBe(before);
    });
  });
});

async function tell(shown: ScenePage, status: RelayStatus): Promise<void> {
  const { page } = shown;
  const words = page.getByRole('status', { name: 'Relay connection' });
  const before = await words.textContent();
  await shown.tellStatus(status);
  await expect.poll(() => words.textContent()).not.toBe(before);
  await page.evaluate(isAtRest);
}

async function topOf(control: Locator): Promise<number> {
  return (await control.boundingBox())?.y ?? Number.NaN;
}

function visit(name: string, look: (page: ScenePage) => Promise<void>): Promise<void> {
  const scene = SCENES.find((one) => one.name === name) as Scene; // A name that is none fails in the next line.
  return gallery.show(scene, { language: 'en', theme: 'light' }, look);
}
