import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

const FOLDERS = ['shared', 'server', 'sdk', 'farm', 'extension', 'docs', 'bench'];

/** Tests of what captures its realm when it is loaded: each has its modules to itself. */
const IN_PAGES = ['extension/**/page/**/*.test.ts', 'extension/**/bridge/**/*.test.ts'];

/** What another file left behind, a socket or a timer of a library, would run and be counted in a fake clock. */
const WITH_A_FAKE_CLOCK = FOLDERS.flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
).filter((path) => /\.test\.tsx?$/.test(path) && readFileSync(path, 'utf8').includes('useFakeTimers'));

export default defineConfig({
  test: {
    projects: [
      { extends: true, test: { name: 'in pages', include: IN_PAGES } },
      {
        extends: true,
        test: { name: 'fake clock', include: WITH_A_FAKE_CLOCK, exclude: IN_PAGES, isolate: false },
      },
      {
        extends: true,
        test: {
          name: 'unit',
          include: FOLDERS.map((folder) => `${folder}/**/*.test.{ts,tsx}`),
          exclude: [...IN_PAGES, ...WITH_A_FAKE_CLOCK],
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
