import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, chmod, realpath, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { BrowserName } from '../../farm/browser-name.ts';

/**
 * A command that starts a browser with this policy: in a mount namespace, a tmpfs covers the policy folder of the browser.
 * Undefined if the machine has no such folder or allows no mount namespace.
 */
export async function withPolicy(
  name: BrowserName,
  { executable, folder, policy }: { executable: string; folder: string; policy: object },
): Promise<string | undefined> {
  const place = await placeOfPolicies(name, executable);
  const unshare = process.getuid?.() === 0 ? ['unshare', '-m'] : ['unshare', '-rm'];
  const [command = '', ...args] = unshare;
  const works = await promisify(execFile)(command, [...args, 'mount', '-t', 'tmpfs', 'none', place]).catch(
    () => undefined,
  );
  if (!works) return undefined;
  const file = join(folder, 'policy.json');
  await writeFile(file, JSON.stringify(policy));
  const target = name === 'firefox' ? `${place}/policies.json` : `${place}/policies/managed/policy.json`;
  const inside = `mount -t tmpfs none '${place}' && mkdir -p "$(dirname '${target}')" && cp '${file}' '${target}' && exec '${executable}' "$@"`;
  const script = join(folder, 'browser');
  await writeFile(script, `#!/bin/sh\nexec ${unshare.join(' ')} sh -c '${inside.replaceAll("'", `'\\''`)}' sh "$@"\n`);
  await chmod(script, 0o755);
  return script;
}

/** Chromium's id of an unpacked extension: a hash of its path, in letters from a to p. */
export function unpackedId(folder: string): string {
  const hash = createHash('sha256').update(folder).digest('hex').slice(0, 32);
  return hash.replace(/./g, (digit) => String.fromCharCode(97 + Number.parseInt(digit, 16)));
}

async function placeOfPolicies(name: BrowserName, executable: string): Promise<string> {
  if (name === 'chromium') return '/etc/chromium';
  const distribution = join(dirname(await realpath(executable)), 'distribution');
  return await access(distribution).then(
    () => distribution,
    () => '/etc/firefox/policies',
  );
}
