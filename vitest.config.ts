import { defineConfig } from 'vitest/config';

/** Tests of what captures its realm when it is loaded: each has its modules to itself. */
const IN_PAGES = ['extension/**/page/**/*.test.ts', 'extension/**/bridge/**/*.test.ts'];

export default defineConfig({
  test: {
    projects: [
      { extends: true, test: { name: 'in pages', include: IN_PAGES } },
      {
        extends: true,
        test: {
          name: 'unit',
          include: [
            'shared/**/*.test.ts',
            'server/**/*.test.ts',
            'sdk/**/*.test.ts',
            'farm/**/*.test.ts',
            'extension/**/*.test.{ts,tsx}',
            'docs/**/*.test.ts',
            'bench/**/*.test.ts',
          ],
          exclude: IN_PAGES,
          // To load all modules anew for each file takes as long as the tests themselves.
          isolate: false,
        },
      },
    ],
    // No measure of speed: it only ends what hangs, also on a machine that is busy with browsers.
    testTimeout: 30_000,
    expect: { poll: { timeout: 20_000 } },
    // Many tests wait for sockets and processes: on two cores one worker alone would leave one of them idle.
    maxWorkers: '100%',
    exclude: ['**/node_modules/**', 'dist/**'],
  },
});
