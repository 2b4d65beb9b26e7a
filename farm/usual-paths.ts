import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { BrowserName } from './browser-name.ts';

/** Paths where a browser is usually installed on this platform, likeliest first. They may not exist. */
export function usualPaths(name: BrowserName, platform = process.platform, env = process.env): string[] {
  switch (platform) {
    case 'darwin':
      return MAC_APPS[name].flatMap((app) =>
        ['/Applications', join(homedir(), 'Applications')].map((dir) => `${dir}/${app}`),
      );
    case 'win32':
      return WINDOWS_PROGRAMS[name].flatMap((program) =>
        [env.PROGRAMFILES, env['PROGRAMFILES(X86)'], env.LOCALAPPDATA]
          .filter((dir) => dir !== undefined)
          .map((dir) => `${dir}\\${program}`),
      );
    default:
      return COMMANDS[name].flatMap((command) => searchPath(env).map((dir) => join(dir, command)));
  }
}

const COMMANDS: Record<BrowserName, string[]> = {
  chromium: [
    'chromium',
    'chromium-browser',
    'google-chrome-stable',
    'google-chrome',
    'microsoft-edge',
    'brave-browser',
  ],
  firefox: ['firefox-esr', 'firefox'],
};

const MAC_APPS: Record<BrowserName, string[]> = {
  chromium: [
    'Chromium.app/Contents/MacOS/Chromium',
    'Google Chrome.app/Contents/MacOS/Google Chrome',
    'Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  ],
  firefox: ['Firefox.app/Contents/MacOS/firefox', 'Firefox Developer Edition.app/Contents/MacOS/firefox'],
};

const WINDOWS_PROGRAMS: Record<BrowserName, string[]> = {
  chromium: [
    'Chromium\\Application\\chrome.exe',
    'Google\\Chrome\\Application\\chrome.exe',
    'Microsoft\\Edge\\Application\\msedge.exe',
  ],
  firefox: ['Mozilla Firefox\\firefox.exe', 'Firefox Developer Edition\\firefox.exe'],
};

// PATH may be empty, or lack these folders on a desktop.
function searchPath(env: NodeJS.ProcessEnv): string[] {
  const dirs = [...(env.PATH ?? '').split(delimiter), '/usr/bin', '/usr/local/bin', '/snap/bin'];
  return [...new Set(dirs.filter((dir) => dir !== ''))];
}
