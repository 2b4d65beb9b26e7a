import type { BrowserName } from '../browser/driver.ts';
import type { Bundler } from '../bundles/bundlers.ts';
import type { Place } from '../bundles/ordered-at.ts';

/** Where captures are shown to reach: each cell is a test of the suite, and docs/capture.md has the same table. */

export const BUNDLED = [
  'webpack4',
  'webpack5',
  'rspack',
  'vite',
  'esbuild',
  'guarded',
  'obfuscated',
] as const satisfies Bundler[];
/** What no path leads to but a capture's. */
export const HIDDEN = ['closure', 'private-method', 'iife', 'vm'] as const satisfies Place[];
export type Hidden = (typeof HIDDEN)[number];

export const WAYS = {
  Chromium: 'chromium',
  Firefox: 'firefox',
} as const satisfies Record<string, BrowserName>;
