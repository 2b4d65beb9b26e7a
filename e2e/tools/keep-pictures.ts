import { ensureFonts } from '../visual/fonts.ts';
import { Gallery } from '../visual/gallery.ts';
import { keepPicture } from '../visual/kept-pictures.ts';
import { LOOKS } from '../visual/looks.ts';
import { pictureOf } from '../visual/picture-of.ts';
import { SCENES } from '../visual/scenes.ts';

/** Part of `npm run pictures`: updates the reference pictures in e2e/visual/pictures. */

if (!(await ensureFonts(console.log)))
  throw new Error('The fonts of the pictures are not installed: see e2e/visual/fonts.ts');
const gallery = await Gallery.open();
try {
  for (const scene of SCENES.filter(({ isKept }) => isKept)) {
    for (const look of LOOKS) {
      const { name, png } = await gallery.show(scene, look, ({ page }) => pictureOf(page, scene, look));
      if ((await keepPicture(name, png)) === 'new') console.log(`${name} is new`);
    }
  }
} finally {
  await gallery.close();
}
