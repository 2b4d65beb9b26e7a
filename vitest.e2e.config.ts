import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import type { BrowserName } from './farm/browser-name.ts';

/** Starts the tests that only wait before all others, so that they wait while the others work. */
class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isSlow = ({ moduleId }: TestSpecification) => moduleId.includes('.slow.');
    const sorted = await super.sort(files);
    return [...sorted.filter(isSlow), ...sorted.filter((file) => !isSlow(file))];
  }
}

/** One suite, run in each browser: `vitest run --config vitest.e2e.config.ts --project firefox` picks one. */
function inBrowser(browserName: BrowserName, include: string[]) {
  return {
    extends: true as const,
    test: { name: browserName, include, provide: { browserName } },
  };
}

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
    hookTimeout: 120_000,
    // A browser is several processes by itself: more at once take from each other what tests wait for.
    maxWorkers: 2,
    sequence: { sequencer: SlowFirst },
  },
});

declare module 'vitest' {
  interface ProvidedContext {
    browserName: BrowserName;
  }
}
