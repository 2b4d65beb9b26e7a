import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

type Prefs = Readonly<Record<string, boolean | number | string>>;

/** Suppresses prompts and start pages in an unattended Firefox. */
const QUIET: Prefs = {
  'browser.aboutwelcome.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'browser.startup.homepage_override.mstone': 'ignore',
  'datareporting.policy.dataSubmissionEnabled': false,
};

/** Writes preferences that Firefox applies at each start of the profile. */
export async function writePrefs(profile: string, prefs: Prefs): Promise<void> {
  const lines = Object.entries({ ...QUIET, ...prefs }).map(
    ([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});`,
  );
  await writeFile(join(profile, 'user.js'), `${lines.join('\n')}\n`);
}
