import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { aptInstall } from '../browser/install-with-apt.ts';

export const NATS_SERVER_VARIABLE = 'NATS_SERVER_PATH';
/** Debian installs it into a folder that may not be in PATH. */
const USUAL_FOLDERS = ['/usr/sbin', '/usr/local/bin', '/opt/homebrew/bin'];

/** Finds nats-server: by its variable, in PATH, or installs the package as root on Debian. */
export async function findNatsServer(say: (line: string) => void): Promise<string | undefined> {
  const named = process.env[NATS_SERVER_VARIABLE];
  if (named) {
    if (await isExecutable(named)) return named;
    throw new Error(`${NATS_SERVER_VARIABLE} is ${named}, which can't be run`);
  }
  return (await onPath()) ?? ((await aptInstall('nats-server', say)) ? await onPath() : undefined);
}

async function onPath(): Promise<string | undefined> {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...USUAL_FOLDERS];
  for (const folder of folders) {
    const path = join(folder, 'nats-server');
    if (folder !== '' && (await isExecutable(path))) return path;
  }
  return undefined;
}

async function isExecutable(path: string): Promise<boolean> {
  return await access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
