import { Buffer } from 'node:buffer';
import type { ScenePage } from './scene-page.ts';

/** Chooses a file with this text on the options page. */
export async function chooseFileIn({ page }: ScenePage, text: string): Promise<void> {
  const file = { name: 'pagewire-settings.json', mimeType: 'application/json', buffer: Buffer.from(text) };
  await page.locator('input[type=file]').setInputFiles(file);
}
