import { defineConfig } from 'vitest/config';

/** The package as npm would publish it: packed, looked at, installed elsewhere, used. */
export default defineConfig({
  test: { include: ['e2e/package/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 240_000 },
});
