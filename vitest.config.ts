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
    exclude: ['**/node_modules/**', 'dist/**'],
  },
});
