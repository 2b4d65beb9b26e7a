import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../run/run-command.ts';
import { Gallery } from '../visual/gallery.ts';
import { LOOKS } from '../visual/looks.ts';
import { SCENES } from '../visual/scenes.ts';

/** `npx tsx e2e/tools/look.ts [part of a scene's name]`: writes pictures of scenes to .tmp/look. Needs the Chrome build. */

const { positionals } = parseArgs({ allowPositionals: true });
const out = join(ROOT, '.tmp/look');
await mkdir(out, { recursive: true });
const gallery = await Gallery.open();
try {
  for (const scene of SCENES.filter(({ name }) => name.includes(positionals[0] ?? '')))
    for (const look of LOOKS) {
      const path = join(out, `${scene.name}.${look.language}.${look.theme}.png`);
      await gallery.show(scene, look, ({ page }) => page.screenshot({ path, fullPage: true, animations: 'disabled' }));
      console.log(path);
    }
} finally {
  await gallery.close();
}
