import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { FIREFOX_ID } from '../../extension/manifest.ts';
import { writePrefs } from '../../farm/firefox-profile.ts';
import { type PackedSettings, packExtension } from '../../farm/packed-extension.ts';
import { eventually } from '../browser/eventually.ts';
import { findBrowser } from '../browser/find-browser.ts';
import { makeZip } from '../store/make-zip.ts';
import { filesBelow } from '../store/read-files.ts';
import { builtExtension } from './stage.ts';

/** How a browser is prepared and started, and whether it has saved its session. */
interface Kind {
  prepare(folder: string): Promise<void>;
  args(folder: string, url: string | undefined): string[];
  keeps(folder: string, url: string): Promise<boolean>;
}

/**
 * A browser that can be restarted with its profile, extension and tabs. It has no driver and no debugger.
 */
export class LastingBrowser {
  readonly #kind: Kind;
  readonly #executable: string;
  readonly #folder: string;
  #process: ChildProcess | undefined;

  private constructor(kind: Kind, executable: string, folder: string) {
    this.#kind = kind;
    this.#executable = executable;
    this.#folder = folder;
  }

  /** Undefined if this browser keeps no unsigned extension. Of Firefox, only ESR can. */
  static async prepare(name: keyof typeof KINDS, settings: PackedSettings): Promise<LastingBrowser | undefined> {
    const executable = await findBrowser(name, console.log);
    const { stdout } = await promisify(execFile)(executable, ['--version']);
    if (name === 'firefox' && !stdout.trim().endsWith('esr')) return undefined;
    const folder = await mkdtemp(join(tmpdir(), 'pagewire-lasting-'));
    await packExtension({ from: builtExtension(name), to: join(folder, 'extension'), settings, mark: 1 });
    await KINDS[name].prepare(folder);
    return new LastingBrowser(KINDS[name], executable, folder);
  }

  /** Starts it on a page, or with its previous tabs. */
  start(url?: string): void {
    const args = this.#kind.args(this.#folder, url);
    this.#process = spawn(this.#executable, args, { stdio: 'ignore', detached: true });
  }

  /** Resolves when the browser has saved this page in its session. */
  async keeps(url: string): Promise<void> {
    await eventually(() => this.#kind.keeps(this.#folder, url));
  }

  async end(): Promise<void> {
    const browser = this.#process;
    if (!browser || browser.exitCode !== null || browser.signalCode !== null) return;
    const exited = once(browser, 'exit');
    process.kill(browser.pid ?? 0, 'SIGTERM');
    await exited;
  }

  async remove(): Promise<void> {
    await this.end();
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

const chromium: Kind = {
  prepare: async () => {},
  args: (folder, url) => [
    ...['--headless=new', '--no-sandbox', '--no-first-run', `--user-data-dir=${join(folder, 'profile')}`],
    ...[`--load-extension=${join(folder, 'extension')}`, '--disable-features=DisableLoadExtensionCommandLineSwitch'],
    url ?? '--restore-last-session',
  ],
  // It saves its tabs on a clean exit.
  keeps: async () => true,
};

const PREFS = {
  // Lets Firefox ESR accept an unsigned add-on in a new profile.
  'xpinstall.signatures.required': false,
  'extensions.autoDisableScopes': 0,
  'extensions.originControls.grantByDefault': true,
  // Restores the previous tabs, also after a crash.
  'browser.startup.page': 3,
  'browser.sessionstore.interval': 300,
  'browser.sessionstore.max_resumed_crashes': -1,
  'toolkit.startup.max_resumed_crashes': -1,
};

const firefox: Kind = {
  async prepare(folder) {
    const profile = join(folder, 'profile');
    await mkdir(join(profile, 'extensions'), { recursive: true });
    await writePrefs(profile, PREFS);
    await writeFile(
      join(profile, 'extensions', `${FIREFOX_ID}.xpi`),
      makeZip(await filesBelow(join(folder, 'extension'))),
    );
  },
  args: (folder, url) => [
    '--headless',
    '--no-remote',
    '--profile',
    join(folder, 'profile'),
    ...(url === undefined ? [] : [url]),
  ],
  async keeps(folder, url) {
    // Packed as an uncompressed archive.
    const kept = await readFile(join(folder, 'profile/sessionstore-backups/recovery.jsonlz4')).catch(() => undefined);
    return kept?.includes(new URL(url).pathname) ?? false;
  },
};

const KINDS = { chromium, firefox };
