import { access, constants } from 'node:fs/promises';
import { CallError } from '../shared/errors.ts';
import type { BrowserName } from './browser-name.ts';
import { usualPlaces } from './usual-places.ts';

const VARIABLE: Record<BrowserName, string> = { chromium: 'CHROME_PATH', firefox: 'FIREFOX_PATH' };

/** The browser that the person named, else the first that is in one of the usual places. @throws CallError `bad_request` */
export async function findExecutable(name: BrowserName, named: string | undefined): Promise<string> {
  const variable = VARIABLE[name];
  const wish = named ?? process.env[variable];
  if (wish !== undefined) {
    if (await isExecutable(wish)) return wish;
    throw new CallError('bad_request', `there is no ${name} at ${wish}`);
  }
  for (const place of usualPlaces(name)) if (await isExecutable(place)) return place;
  throw new CallError('bad_request', `no ${name} was found: install one, or name it with --executable or ${variable}`);
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    // Not there, or not for us: what is asked is only whether.
    return false;
  }
}
