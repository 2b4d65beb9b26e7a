import { readFileSync } from 'node:fs';
import preact from '@preact/preset-vite';
import { defineConfig, type Plugin } from 'vite';

/** The relay's own pages, put beside the built relay, which serves it. */
export default defineConfig({
  root: 'server/dashboard',
  // Behind a proxy the relay may have a path of its own.
  base: './',
  plugins: [preact(), swaggerLicence()],
  build: {
    outDir: '../../dist/server/dashboard',
    emptyOutDir: true,
    target: 'es2023',
    modulePreload: false,
    // A policy that lets in nothing but files lets in no data: URLs.
    assetsInlineLimit: 0,
    // Swagger UI is one file of its own, read by the page that shows the API description.
    chunkSizeWarningLimit: 2_000,
    rolldownOptions: { input: ['server/dashboard/index.html', 'server/dashboard/docs.html'] },
  },
});

/** Puts Swagger UI's licence (Apache-2.0) and those of what is in its bundle beside the built page. */
function swaggerLicence(): Plugin {
  const names = ['NOTICE', 'LICENSE', 'swagger-ui-es-bundle.js.LICENSE.txt'];
  const read = (name: string) => readFileSync(new URL(`node_modules/swagger-ui-dist/${name}`, import.meta.url), 'utf8');
  return {
    name: 'pagewire:swagger-licence',
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: 'swagger-ui.LICENSE.txt', source: names.map(read).join('\n') });
    },
  };
}
