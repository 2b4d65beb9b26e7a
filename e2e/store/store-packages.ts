import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import packageJson from '../../package.json' with { type: 'json' };
import { ROOT } from '../run/run-command.ts';
import { makeZip } from './make-zip.ts';
import { filesBelow, trackedFiles } from './read-files.ts';

/** The builds for the stores. */
const BUILDS = ['chrome', 'chrome-capture', 'firefox'] as const;

/**
 * Writes a ZIP of each build into a folder, and one of the sources, which store reviewers build. Returns the paths.
 */
export async function writeStorePackages(folder: string): Promise<string[]> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const written: string[] = [];
  const write = async (name: string, files: ReadonlyMap<string, Uint8Array>) => {
    const path = join(folder, `pagewire-${name}-${packageJson.version}.zip`);
    await writeFile(path, makeZip(files));
    written.push(path);
  };
  for (const build of BUILDS) await write(build, await filesBelow(join(ROOT, 'dist', build)));
  await write('source', await trackedFiles(ROOT));
  return written;
}
