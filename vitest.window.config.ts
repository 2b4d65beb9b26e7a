import { defineConfig } from 'vitest/config';
import { inBrowser } from './e2e/run/in-browser.ts';

/** The browsers' own prompts, in real windows on screens that nobody sees. */
const IN_WINDOWS = ['e2e/window/*.test.ts'];

export default defineConfig({
  test: {
    projects: [inBrowser('chromium', IN_WINDOWS), inBrowser('firefox', IN_WINDOWS)],
    testTimeout: 120_000,
    expect: { poll: { timeout: 20_000 } },
    hookTimeout: 120_000,
    // They run beside the other end-to-end tests, and wait for the browsers more than they work.
    maxWorkers: 1,
  },
});
