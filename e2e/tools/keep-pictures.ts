import { ensureFonts } from '../visual/fonts.ts';
import { Gallery } from '../visual/gallery.ts';
import { keepPicture } from '../visual/kept-pictures.ts';
import { LOOKS } from '../visual/looks.ts';
import { pictureOf } from '../visual/picture-of.ts';
import { SCENES } from '../visual/scenes.ts';

/** Part of `npm run pictures`: keeps how each page looks now, in e2e/visual/pictures, for the tests to compare with. */

if (!(await ensureFonts(console.log)))
  throw new Error('The fonts of the pictures are not here: see e2e/visual/fonts.ts');
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
