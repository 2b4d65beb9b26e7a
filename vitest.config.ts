import { defineConfig } from 'vitest/config';

const FOLDERS = ['shared', 'server', 'sdk', 'farm', 'extension', 'docs', 'bench'];

/** Tests of what captures its realm when it is loaded: each has its modules to itself. */
const IN_PAGES = ['extension/**/page/**/*.test.ts', 'extension/**/bridge/**/*.test.ts'];

/** Tests that flood or starve whole relays, start them as processes, or wait until a real timeout is over. */
const OF_WHOLE_RELAYS = [
  'server/testing/!(imports|golden-frames).test.ts',
  'server/cli.test.ts',
  'server/commands/cli-terminal.test.ts',
  'server/cluster/*.test.ts',
  'server/config/tokens-file.test.ts',
  'server/events/event-hub.test.ts',
  'server/flow/send-buffer-bound.test.ts',
  'server/http/{http-responses,request-body}.test.ts',
  'server/observability/log-writer.test.ts',
  'server/rate-limits/address-registry.test.ts',
];

export default defineConfig({
  test: {
    projects: [
      { extends: true, test: { name: 'isolated', include: IN_PAGES } },
      {
        extends: true,
        test: {
          name: 'unit',
          include: FOLDERS.map((folder) => `${folder}/**/*.test.{ts,tsx}`),
          exclude: [...IN_PAGES, ...OF_WHOLE_RELAYS],
          // To load all modules anew for each file takes as long as the tests themselves.
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: OF_WHOLE_RELAYS,
          isolate: false,
          globalSetup: 'server/testing/build-cli.ts',
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
