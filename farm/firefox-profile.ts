import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

type Prefs = Readonly<Record<string, boolean | number | string>>;

/** A Firefox that nobody sits at asks nothing, and says nothing of its own. */
const QUIET: Prefs = {
  'browser.aboutwelcome.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'browser.startup.homepage_override.mstone': 'ignore',
  'datareporting.policy.dataSubmissionEnabled': false,
};

/** Has a profile start each time with these preferences, and quietly. */
export async function writePrefs(profile: string, prefs: Prefs): Promise<void> {
  const lines = Object.entries({ ...QUIET, ...prefs }).map(
    ([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});`,
  );
  await writeFile(join(profile, 'user.js'), `${lines.join('\n')}\n`);
}
