import { access, constants } from 'node:fs/promises';
import { CallError } from '../shared/errors.ts';
import type { BrowserName } from './browser-name.ts';
import { usualPaths } from './usual-paths.ts';

const VARIABLE: Record<BrowserName, string> = { chromium: 'CHROME_PATH', firefox: 'FIREFOX_PATH' };

/** The given executable, else the first found in the usual paths. @throws CallError `bad_request` */
export async function findExecutable(name: BrowserName, named: string | undefined): Promise<string> {
  const variable = VARIABLE[name];
  const given = named ?? process.env[variable];
  if (given !== undefined) {
    if (await isExecutable(given)) return given;
    throw new CallError('bad_request', `no ${name} executable at ${given}`);
  }
  for (const path of usualPaths(name)) if (await isExecutable(path)) return path;
  throw new CallError('bad_request', `no ${name} was found: install it, or set --executable or ${variable}`);
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    // Missing or not executable for this user.
    return false;
  }
}
