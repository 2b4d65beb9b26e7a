import { defineConfig } from 'vitest/config';

/** Relays joined by a real nats-server: found, installed, or passed over with a word. And what attacks built relays. */
export default defineConfig({
  test: {
    include: ['e2e/cluster/**/*.test.ts', 'e2e/chaos/**/*.test.ts', 'e2e/attack/**/*.test.ts'],
    globalSetup: 'e2e/cluster/provide-nats-server.ts',
    testTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
});
