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

/** What a browser is given once, how it is started, and whether it would bring a page back. */
interface Kind {
  prepare(folder: string): Promise<void>;
  args(folder: string, url: string | undefined): string[];
  keeps(folder: string, url: string): Promise<boolean>;
}

/**
 * A browser that can be ended and started again, with its profile, the extension and the tabs that it had. It has no driver
 * and no debugger.
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

  /** Undefined where this browser keeps no extension without a signature: only a Firefox ESR can be told to. */
  static async prepare(name: keyof typeof KINDS, settings: PackedSettings): Promise<LastingBrowser | undefined> {
    const executable = await findBrowser(name, console.log);
    const { stdout } = await promisify(execFile)(executable, ['--version']);
    if (name === 'firefox' && !stdout.trim().endsWith('esr')) return undefined;
    const folder = await mkdtemp(join(tmpdir(), 'pagewire-lasting-'));
    await packExtension({ from: builtExtension(name), to: join(folder, 'extension'), settings, mark: 1 });
    await KINDS[name].prepare(folder);
    return new LastingBrowser(KINDS[name], executable, folder);
  }

  /** Starts it on a page, or with the tabs that it had. */
  start(url?: string): void {
    const args = this.#kind.args(this.#folder, url);
    this.#process = spawn(this.#executable, args, { stdio: 'ignore', detached: true });
  }

  /** Resolves when the browser has put down that this page is open. */
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
  // It puts its tabs down when it is asked to end.
  keeps: async () => true,
};

const PREFS = {
  // An add-on in a new profile, without a signature, as a Firefox ESR may be told to take it.
  'xpinstall.signatures.required': false,
  'extensions.autoDisableScopes': 0,
  'extensions.originControls.grantByDefault': true,
  // The tabs of last time, also after an end that was not its own.
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
    // Packed, but with what is in it but once as it is.
    const kept = await readFile(join(folder, 'profile/sessionstore-backups/recovery.jsonlz4')).catch(() => undefined);
    return kept?.includes(new URL(url).pathname) ?? false;
  },
};

const KINDS = { chromium, firefox };
