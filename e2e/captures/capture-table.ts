import type { Bundler } from '../bundles/bundlers.ts';
import type { Place } from '../bundles/ordered-at.ts';

/** The tested reach of captures. Each cell is a test of the suite, and docs/capture.md has the same table. */

export const BUNDLED = [
  'webpack4',
  'webpack5',
  'rspack',
  'vite',
  'esbuild',
  'guarded',
  'obfuscated',
] as const satisfies Bundler[];
/** Places that only captures reach. */
export const HIDDEN = ['closure', 'private-method', 'iife', 'vm'] as const satisfies Place[];
export type Hidden = (typeof HIDDEN)[number];

/** Each way with the suite that tests it. */
export const WAYS = {
  'Chromium, rewriting': 'e2e/suites/capture-bundles.test.ts',
  'Chromium, breakpoint': 'e2e/suites-chromium/capture-breakpoints-in-bundles.test.ts',
  'Firefox, rewriting': 'e2e/suites/capture-bundles.test.ts',
} as const;
