import type { Buffer } from 'node:buffer';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import pixelmatch from 'pixelmatch';
import { PNG } from 'pngjs';
import { ROOT } from '../run/run-command.ts';

const KEPT = join(ROOT, 'e2e/visual/pictures');
const OUT = join(ROOT, '.tmp/pictures');
/** How different a pixel may look: the edge of a letter, drawn by another version of the same library. */
const THRESHOLD = 0.2;
/** What share of the pixels may be different all the same. A moved line of text is ten times as much. */
const TOLERANCE = 0.0005;

export function pathOfPicture(name: string): string {
  return join(KEPT, `${name}.png`);
}

/** Keeps a picture in the place of the one before; one that looks the same is left as it is. */
export async function keepPicture(name: string, actual: Buffer): Promise<'new' | 'same'> {
  if ((await differenceOf(name, actual)) === undefined) return 'same';
  await mkdir(KEPT, { recursive: true });
  await writeFile(pathOfPicture(name), compact(actual));
  return 'new';
}

/**
 * Compares a picture with the one that is kept. Where they differ, says how and where both and the difference can be looked
 * at.
 */
export async function differenceOf(name: string, actual: Buffer): Promise<string | undefined> {
  const paths = { actual: join(OUT, `${name}.actual.png`), diff: join(OUT, `${name}.diff.png`) };
  await Promise.all(Object.values(paths).map((path) => rm(path, { force: true })));
  const kept = await readFile(pathOfPicture(name)).catch(() => undefined);
  const report = kept ? compare(PNG.sync.read(kept), PNG.sync.read(actual)) : { why: 'there is none yet' };
  if (!report) return undefined;
  await mkdir(OUT, { recursive: true });
  await writeFile(paths.actual, actual);
  if (report.diff) await writeFile(paths.diff, PNG.sync.write(report.diff));
  const shown = [paths.actual, ...(report.diff ? [paths.diff] : [])].map((path) => relative(ROOT, path));
  return `${relative(ROOT, pathOfPicture(name))}: ${report.why}. See ${shown.join(', ')}; "npm run pictures" keeps what is right.`;
}

function compare(kept: PNG, actual: PNG): { why: string; diff?: PNG } | undefined {
  const { width, height } = kept;
  if (width !== actual.width || height !== actual.height)
    return { why: `it is ${actual.width} × ${actual.height}, and was ${width} × ${height}` };
  const count = (diff?: PNG) => pixelmatch(kept.data, actual.data, diff?.data, width, height, { threshold: THRESHOLD });
  // As what is kept was rounded: then nearly all of it is the same to the bit, which takes a tenth of the time to find.
  round(actual);
  if (count() <= width * height * TOLERANCE) return undefined;
  const diff = new PNG({ width, height });
  const pixels = count(diff);
  return { why: `${pixels} pixels of ${width * height} differ`, diff };
}

/** Five bits a channel: no eye sees the difference, nor does the threshold, and the file is half as large. */
const STEP = 8;

function round({ data }: PNG): void {
  for (let at = 0; at < data.length; at++) data[at] = ROUNDED[data[at] ?? 0] ?? 0;
}

const ROUNDED = Uint8Array.from({ length: 256 }, (_, value) => Math.min(255, Math.round(value / STEP) * STEP));

/** Without transparency, which no page has, and packed small. */
function compact(png: Buffer): Buffer {
  const picture = PNG.sync.read(png);
  round(picture);
  return PNG.sync.write(picture, { colorType: 2, deflateLevel: 9, filterType: 0, deflateStrategy: 0 });
}
