import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      'shared/**/*.test.ts',
      'server/**/*.test.ts',
      'sdk/**/*.test.ts',
      'farm/**/*.test.ts',
      'extension/**/*.test.{ts,tsx}',
      'docs/**/*.test.ts',
      'bench/**/*.test.ts',
    ],
    // No measure of speed: it only ends what hangs, also on a machine that is busy with browsers.
    testTimeout: 30_000,
    expect: { poll: { timeout: 20_000 } },
    // Many tests wait for sockets and processes: on two cores one worker alone would leave one of them idle.
    maxWorkers: '100%',
    exclude: ['**/node_modules/**', 'dist/**'],
  },
});
