import { type Zippable, zipSync } from 'fflate';

/** ZIP knows no earlier time, and no time is what files of one content share, whenever and wherever they were built. */
const NO_TIME = new Date(1980, 0, 1);

/** A ZIP archive that depends on nothing but the names and contents of its files. */
export function makeZip(files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const entries: Zippable = {};
  for (const name of [...files.keys()].sort()) entries[name] = files.get(name) ?? new Uint8Array();
  return zipSync(entries, { level: 9, mtime: NO_TIME });
}
