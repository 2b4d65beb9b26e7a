import { chmod } from 'node:fs/promises';
import { defineConfig, type Plugin } from 'vite';
import packageJson from './package.json' with { type: 'json' };

/** The build of `pagewire`, beside the packages that it is installed with: the command itself, and what only a relay needs. */
export default defineConfig({
  plugins: [executable('dist/server/cli.js')],
  // What is not installed with the package ("dependencies") is built in.
  ssr: { noExternal: true },
  build: {
    ssr: true,
    outDir: 'dist/server',
    emptyOutDir: true,
    target: 'node20',
    sourcemap: true,
    rolldownOptions: {
      input: { cli: 'server/cli.ts' },
      external: [...Object.keys(packageJson.dependencies), /^node:/, /^zod\//],
      output: { entryFileNames: '[name].js', chunkFileNames: '[name].js' },
    },
  },
});

/** npm makes a package's commands executable when it installs it, and not again when they are built anew: `pagewire` would fail. */
function executable(file: string): Plugin {
  return { name: 'pagewire:executable', writeBundle: () => chmod(file, 0o755) };
}
