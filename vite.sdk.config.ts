import { defineConfig } from 'vite';

/** dist/sdk: what `import … from 'pagewire'` gets, one file for Node and one for browsers. `ws` stays a dependency. */
export default defineConfig({
  build: {
    target: 'es2022',
    outDir: 'dist/sdk',
    minify: false,
    sourcemap: true,
    lib: { entry: { node: 'sdk/node.ts', browser: 'sdk/browser.ts' }, formats: ['es'] },
    rolldownOptions: { external: ['ws'] },
  },
});
