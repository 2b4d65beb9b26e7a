import { fileURLToPath } from 'node:url';
import { crx } from '@crxjs/vite-plugin';
import preact from '@preact/preset-vite';
import { defineConfig, type Plugin } from 'vite';
import { type Build, createManifest } from './extension/manifest.ts';

/** The plain build for Chromium can't change scripts. */
const WITHOUT_CAPTURES = [
  {
    find: /^.*[/]create-captures[.]ts$/,
    replacement: fileURLToPath(new URL('extension/captures/background/no-captures.ts', import.meta.url)),
  },
];

/** The extension's build: `vite build --mode chrome`, `--mode chrome-capture` or `--mode firefox`. */
export default defineConfig(({ mode }) => {
  const build = buildOf(mode);
  const browser = build === 'firefox' ? 'firefox' : 'chrome';
  return {
    root: 'extension',
    resolve: { alias: build === 'chrome' ? WITHOUT_CAPTURES : [] },
    build: { outDir: `../dist/${build}`, emptyOutDir: true, target: 'es2023', modulePreload: false },
    plugins: [preact(), crx({ manifest: createManifest(build), browser }), withoutLeftovers(), withoutTraces()],
  };
});

function buildOf(mode: string): Build {
  return mode === 'firefox' || mode === 'chrome-capture' ? mode : 'chrome';
}

/**
 * The crx plugin lists injected scripts as web accessible, although nothing needs that and any page could probe for them,
 * and leaves a second build of each behind that nothing loads.
 */
function withoutLeftovers(): Plugin {
  return {
    name: 'pagewire:without-leftovers',
    apply: 'build',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        const manifest = bundle['manifest.json'];
        if (manifest?.type !== 'asset') return;
        const { web_accessible_resources: _unneeded, ...rest } = JSON.parse(String(manifest.source));
        manifest.source = JSON.stringify(rest, null, 2);
        for (const [name, file] of Object.entries(bundle)) {
          if (file.type === 'chunk' && file.facadeModuleId?.endsWith('.iife.ts')) delete bundle[name];
        }
      },
    },
  };
}

/**
 * The scripts in the page's world. One that comes late may find that the page has taken away what it begins with: an uncaught error
 * would be the page's own to see. And their URL, with the extension's id, would stand in each stack trace that a called function
 * makes, and so with whoever collects the page's errors.
 */
function withoutTraces(): Plugin {
  return {
    name: 'pagewire:without-traces',
    apply: 'build',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        for (const name of ['page.iife.js', 'finder/page/search.iife.js']) {
          const file = bundle[name];
          if (file?.type !== 'asset') throw new Error(`the build has no ${name}`);
          // Strict as before: a directive counts only where it comes first.
          file.source = `"use strict";try{${String(file.source)}}catch{}\n//# sourceURL=<anonymous>\n`;
        }
      },
    },
  };
}
