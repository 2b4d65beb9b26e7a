import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { missingFonts } from '../../visual/fonts.ts';
import { Gallery } from '../../visual/gallery.ts';
import { differenceOf } from '../../visual/kept-pictures.ts';
import { LOOKS } from '../../visual/looks.ts';
import { SCENES } from '../../visual/scenes.ts';
import { takePicture } from '../../visual/take-picture.ts';

/** What the pages look like is what they looked like when somebody last looked at them. */

let gallery: Gallery;
let missing: string[];
beforeAll(async () => {
  missing = await missingFonts();
  gallery = await Gallery.open();
});
afterAll(() => gallery?.close());

describe.each(SCENES.filter(({ isKept }) => isKept).map((scene) => [scene.name, scene] as const))(
  '%s',
  (_name, scene) => {
    it('looks as it did, in each language and theme', async ({ skip }) => {
      skip(missing.length > 0, `pictures need these fonts: ${missing.join(', ')}`);
      const differences = await Promise.all(
        LOOKS.map(async (look) => {
          const { name, png } = await takePicture(gallery, scene, look);
          return await differenceOf(name, png);
        }),
      );
      expect(differences.filter((difference) => difference !== undefined)).toEqual([]);
    });
  },
);
