import { defineConfig } from 'vite';
import packageJson from './package.json' with { type: 'json' };

/** The relay's build: one file beside the packages that it is installed with. */
export default defineConfig({
  build: {
    ssr: true,
    outDir: 'dist/server',
    emptyOutDir: true,
    target: 'node20',
    sourcemap: true,
    rolldownOptions: {
      input: { cli: 'server/cli.ts' },
      external: [...Object.keys(packageJson.dependencies), /^node:/, /^zod\//],
      output: { entryFileNames: '[name].js' },
    },
  },
});
