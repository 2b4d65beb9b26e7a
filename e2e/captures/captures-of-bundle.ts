import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Capture } from '../../extension/sites/capture-schema.ts';
import { buildBundle } from '../bundles/build-bundle.ts';
import type { BundleSite } from '../bundles/bundle-site.ts';
import type { Bundler } from '../bundles/bundlers.ts';
import { HIDDEN, type Hidden } from './capture-table.ts';
import { findHidden } from './find-hidden.ts';

/** A capture for each hidden function of the sample page, as a bundler has left it. */
export async function capturesOfBundle(
  site: BundleSite,
  bundler: Bundler,
  way: 'rewrite' | 'breakpoint' = 'rewrite',
): Promise<Capture[]> {
  const folder = await buildBundle(bundler);
  const files = (await readdir(folder, { recursive: true })).filter((file) => /main[^/]*\.js$/.test(file));
  const found = new Map<Hidden, Capture>();
  for (const file of files) {
    const text = await readFile(join(folder, file), 'utf8');
    for (const place of HIDDEN) {
      const capture = findHidden(place, site.url(bundler) + file, text, way);
      if (capture) found.set(place, capture);
    }
  }
  return [...found.values()];
}

/** What was made, where some bundlers leave only the function around it, which the page calls. */
export function signOf(made: unknown): unknown {
  return typeof made === 'object' && made !== null && 'sign' in made ? made.sign : made;
}
