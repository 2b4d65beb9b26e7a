import { stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { ROOT } from '../run/run-command.ts';
import { writeStorePackages } from '../store/store-packages.ts';

/** `npm run package`: writes the store packages to dist/packages. */

for (const path of await writeStorePackages(join(ROOT, 'dist/packages'))) {
  const { size } = await stat(path);
  console.log(`${relative(ROOT, path)}  ${Math.ceil(size / 1024)} kB`);
}
