import type { Buffer } from 'node:buffer';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import pixelmatch from 'pixelmatch';
import { PNG } from 'pngjs';
import { ROOT } from '../run/run-command.ts';

const KEPT = join(ROOT, 'e2e/visual/pictures');
const OUT = join(ROOT, '.tmp/pictures');
/** Tolerated difference of a pixel: other versions of the font library draw edges differently. */
const THRESHOLD = 0.2;
/** Tolerated share of different pixels. A moved line of text is ten times as much. */
const TOLERANCE = 0.0005;

function pathOfPicture(name: string): string {
  return join(KEPT, `${name}.png`);
}

/** Replaces the reference picture, unless it looks the same. */
export async function keepPicture(name: string, actual: Buffer): Promise<'new' | 'same'> {
  if ((await differenceOf(name, actual)) === undefined) return 'same';
  await mkdir(KEPT, { recursive: true });
  await writeFile(pathOfPicture(name), compact(actual));
  return 'new';
}

/**
 * Compares a picture with the reference. If they differ, returns the reason and the paths of both and of the difference.
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
  return `${relative(ROOT, pathOfPicture(name))}: ${report.why}. See ${shown.join(', ')}; If the new one is right, run "npm run pictures".`;
}

function compare(kept: PNG, actual: PNG): { why: string; diff?: PNG } | undefined {
  const { width, height } = kept;
  if (width !== actual.width || height !== actual.height)
    return { why: `it is ${actual.width} × ${actual.height}, and was ${width} × ${height}` };
  const count = (diff?: PNG) => pixelmatch(kept.data, actual.data, diff?.data, width, height, { threshold: THRESHOLD });
  // Rounded like the reference, so that most pixels are equal, which makes the comparison ten times faster.
  round(actual);
  if (count() <= width * height * TOLERANCE) return undefined;
  const diff = new PNG({ width, height });
  const pixels = count(diff);
  return { why: `${pixels} pixels of ${width * height} differ`, diff };
}

/** Five bits per channel: the difference is invisible and below the threshold, and the file is half as large. */
const STEP = 8;

function round({ data }: PNG): void {
  for (let at = 0; at < data.length; at++) data[at] = ROUNDED[data[at] ?? 0] ?? 0;
}

const ROUNDED = Uint8Array.from({ length: 256 }, (_, value) => Math.min(255, Math.round(value / STEP) * STEP));

/** Without an alpha channel, and with maximal compression. */
function compact(png: Buffer): Buffer {
  const picture = PNG.sync.read(png);
  round(picture);
  return PNG.sync.write(picture, { colorType: 2, deflateLevel: 9, filterType: 0, deflateStrategy: 0 });
}
