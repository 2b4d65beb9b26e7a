import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      'shared/**/*.test.ts',
      'server/**/*.test.ts',
      'sdk/**/*.test.ts',
      'extension/**/*.test.{ts,tsx}',
      'docs/**/*.test.ts',
    ],
    // No measure of speed: it only ends what hangs, also on a machine that is busy with browsers.
    testTimeout: 30_000,
    exclude: ['**/node_modules/**', 'dist/**'],
  },
});
