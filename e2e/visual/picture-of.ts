import type { Buffer } from 'node:buffer';
import type { Page } from 'playwright-core';
import type { Look } from './looks.ts';
import type { Scene } from './scene.ts';

/** A picture of a whole stable page, and its name. */
export async function pictureOf(page: Page, scene: Scene, look: Look): Promise<{ name: string; png: Buffer }> {
  const png = await page.screenshot({ fullPage: true, animations: 'disabled', caret: 'hide' });
  return { name: `${scene.name}.${look.language}.${look.theme}`, png };
}
