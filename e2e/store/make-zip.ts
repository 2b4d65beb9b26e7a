import { type Zippable, zipSync } from 'fflate';

/** The earliest ZIP time. A constant time makes archives reproducible. */
const NO_TIME = new Date(1980, 0, 1);

/** Makes a reproducible ZIP archive. */
export function makeZip(files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const entries: Zippable = {};
  for (const name of [...files.keys()].sort()) entries[name] = files.get(name) ?? new Uint8Array();
  return zipSync(entries, { level: 9, mtime: NO_TIME });
}
