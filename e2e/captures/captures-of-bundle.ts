import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Capture } from '../../extension/sites/capture-schema.ts';
import { buildBundle } from '../bundles/build-bundle.ts';
import type { BundleSite } from '../bundles/bundle-site.ts';
import type { Bundler } from '../bundles/bundlers.ts';
import { HIDDEN, type Hidden } from './capture-table.ts';
import { findHidden } from './find-hidden.ts';

/** A capture for each hidden function of the built sample page. */
export async function capturesOfBundle(site: BundleSite, bundler: Bundler): Promise<Capture[]> {
  const folder = await buildBundle(bundler);
  const files = (await readdir(folder, { recursive: true })).filter((file) => /main[^/]*\.js$/.test(file));
  const found = new Map<Hidden, Capture>();
  for (const file of files) {
    const text = await readFile(join(folder, file), 'utf8');
    for (const place of HIDDEN) {
      const capture = findHidden(place, site.url(bundler) + file, text);
      if (capture) found.set(place, capture);
    }
  }
  return [...found.values()];
}

/** The captured result, for bundlers that inline the function into its caller. */
export function signOf(made: unknown): unknown {
  return typeof made === 'object' && made !== null && 'sign' in made ? made.sign : made;
}
