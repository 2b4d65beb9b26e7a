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
  'rewrite, Chromium': { browser: 'chromium', way: 'rewrite' },
  'rewrite, Firefox': { browser: 'firefox', way: 'rewrite' },
  'breakpoint, Chromium': { browser: 'chromium', way: 'breakpoint' },
} as const satisfies Record<string, { browser: BrowserName; way: 'rewrite' | 'breakpoint' }>;

/** What a breakpoint is not for: this page leaves as soon as the debugger is switched on. */
export function isShown(bundler: Bundler, way: 'rewrite' | 'breakpoint'): boolean {
  return !(bundler === 'guarded' && way === 'breakpoint');
}
