import preact from '@preact/preset-vite';
import { defineConfig } from 'vite';

/** The relay's own page, put beside the built relay, which serves it. */
export default defineConfig({
  root: 'server/dashboard',
  // Behind a proxy the relay may have a path of its own.
  base: './',
  plugins: [preact()],
  build: {
    outDir: '../../dist/server/dashboard',
    emptyOutDir: true,
    target: 'es2023',
    modulePreload: false,
    // A policy that lets in nothing but files lets in no data: URLs.
    assetsInlineLimit: 0,
  },
});
