import { defineConfig } from 'vitest/config';
import { inBrowser } from './e2e/run/in-browser.ts';

/** The tests that do little but wait, for minutes: `npm test` runs them beside the others, all at once. */
const WAITING = ['e2e/waiting/*.test.ts'];

export default defineConfig({
  test: {
    projects: [inBrowser('chromium', WAITING), inBrowser('firefox', WAITING)],
    hookTimeout: 120_000,
    maxWorkers: 4,
  },
});
