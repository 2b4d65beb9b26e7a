import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { BrowserName } from './browser-name.ts';
import { startChromium } from './chromium.ts';
import { startFirefox } from './firefox.ts';
import { type BrowserState, keepRunning } from './keep-running.ts';
import { type PackedSettings, packExtension } from './packed-extension.ts';
import type { Dialog, PageWatch } from './page-watch.ts';
import type { RunningBrowser, StartBrowser } from './running-browser.ts';

export interface FleetOptions {
  browser: BrowserName;
  executable: string;
  /** The folder of the built extension. */
  extension: string;
  count: number;
  headless: boolean;
  urls: readonly string[];
  /** `{n}` in the clientId is replaced by the browser's number. */
  settings: PackedSettings;
  /** The folder of lasting profiles. Without it profiles are temporary. */
  profile?: string | undefined;
  signal: AbortSignal;
}

/** One browser of the fleet and its current state. */
export interface Member {
  readonly number: number;
  readonly clientId: string;
  /** See PackedExtension. */
  readonly mark: number;
  state: BrowserState;
  restarts: number;
  /** Closed dialogs: their number and the last one. */
  dialogs?: { count: number; last: Dialog };
  /** Number of pages that do not answer. */
  silent: number;
}

const START: Record<BrowserName, StartBrowser> = { chromium: startChromium, firefox: startFirefox };

/** A manifest version consists of 16-bit numbers. */
const MARKS = 65_536;

export function makeMembers({ count, settings: { clientId } }: FleetOptions): Member[] {
  const first = Math.floor(Math.random() * (MARKS - count));
  return Array.from({ length: count }, (_, index) => ({
    number: index + 1,
    clientId: clientId.replaceAll('{n}', String(index + 1)),
    mark: first + index,
    state: { status: 'starting' },
    restarts: 0,
    silent: 0,
  }));
}

/** Keeps all browsers running until the signal aborts. Resolves when they have exited and temporary files are removed. */
export async function runFleet(
  options: FleetOptions,
  members: Member[],
  changed: (member: Member) => void,
): Promise<void> {
  const folder = options.profile === undefined ? await mkdtemp(join(tmpdir(), 'pagewire-')) : resolve(options.profile);
  await Promise.all(
    members.map((member) => {
      const home = members.length === 1 ? folder : join(folder, String(member.number));
      const watch = watchOf(member, changed);
      const start = (signal: AbortSignal) => startMember(options, member, home, watch, signal);
      return keepRunning(start, options.signal, (state) => {
        if (state.status === 'waiting') member.restarts++;
        if (state.status !== 'running') member.silent = 0;
        member.state = state;
        changed(member);
      });
    }),
  );
  if (options.profile === undefined) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

function watchOf(member: Member, changed: (member: Member) => void): PageWatch {
  return {
    dialogClosed: (last) => {
      member.dialogs = { count: (member.dialogs?.count ?? 0) + 1, last };
      changed(member);
    },
    silent: (pages) => {
      member.silent = pages;
      changed(member);
    },
  };
}

async function startMember(
  options: FleetOptions,
  member: Member,
  home: string,
  watch: PageWatch,
  signal: AbortSignal,
): Promise<RunningBrowser> {
  const { browser, executable, headless, urls } = options;
  const [extension, profile] = [join(home, 'extension'), join(home, 'profile')];
  await mkdir(profile, { recursive: true });
  const settings = { ...options.settings, clientId: member.clientId };
  await packExtension({ from: options.extension, to: extension, settings, mark: member.mark });
  signal.throwIfAborted();
  return START[browser]({ executable, extension, profile, headless, urls, watch, signal });
}
