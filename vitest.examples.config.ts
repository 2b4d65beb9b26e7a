import { defineConfig } from 'vitest/config';

/** The examples, each against the real thing it is for: mitmproxy, what Galaxy posts, a relay. */
export default defineConfig({
  test: { include: ['examples/**/*.test.ts'], testTimeout: 30_000, hookTimeout: 240_000 },
});
