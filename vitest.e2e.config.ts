import { defineConfig } from 'vitest/config';
import { inBrowser } from './e2e/run/in-browser.ts';

export default defineConfig({
  test: {
    projects: [
      inBrowser('chromium', ['e2e/suites/**/*.test.ts', 'e2e/suites-chromium/**/*.test.ts']),
      inBrowser('firefox', ['e2e/suites/**/*.test.ts']),
      {
        extends: true as const,
        test: { name: 'programs', include: ['e2e/*.test.ts', 'e2e/load/*.test.ts', 'e2e/run/*.test.ts'] },
      },
    ],
    // A browser that starts on a busy machine takes its time; what is waited for ends the wait.
    testTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
    hookTimeout: 120_000,
    // A browser is several processes by itself: more at once take from each other what tests wait for.
    maxWorkers: 2,
    // To load the drivers anew for each file takes two seconds, and no file leaves anything behind in their modules.
    isolate: false,
  },
});
