import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { rspack } from '@rspack/core';
import { build as esbuild } from 'esbuild';
import JavaScriptObfuscator from 'javascript-obfuscator';
import { build as vite } from 'vite';
import webpack5 from 'webpack';

/** Input and output folders of a build. `#version` in imports stands for `version`. All builds are minified. */
export interface Job {
  entry: string;
  version: string;
  out: string;
}

/** The script paths in the HTML of a page. */
export interface EntryScripts {
  files: string[];
  areModules: boolean;
}

/** The used API shared by webpack 4, webpack 5 and rspack. */
interface Stats {
  hasErrors(): boolean;
  toJson(options: object): { errors?: unknown; assetsByChunkName?: Record<string, string | string[]> };
}
type Webpack = (config: object, done: (error: Error | null | undefined, stats?: Stats) => void) => unknown;

const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));
const require = createRequire(import.meta.url);
// It has no types, but the API of its successors.
const webpack4 = require('webpack4') as Webpack;

/** Each bundler in a usual configuration: the same page with a lazy chunk. */
export const BUNDLERS = {
  webpack4: (job: Job) =>
    withWebpack(webpack4, job, {
      // OpenSSL 3 has no MD4, webpack 4's default.
      output: { ...output(job), hashFunction: 'sha256', jsonpFunction: 'webpackJsonpshop' },
      // A separate runtime chunk, as in most apps of its time. Without it nothing outside gets the runtime.
      optimization: { runtimeChunk: 'single' },
      module: { rules: [{ test: /\.m?js$/, type: 'javascript/auto', loader: here('down-level.cjs') }] },
    }),
  webpack5: (job: Job) => withWebpack(webpack5 as unknown as Webpack, job, { output: output(job) }),
  rspack: (job: Job) => withWebpack(rspack as unknown as Webpack, job, { output: output(job) }),
  vite: withVite,
  esbuild: (job: Job) => withEsbuild(job, { format: 'esm', splitting: true }),
  /** One file with anti-debugging code. */
  guarded: (job: Job) => withEsbuild({ ...job, entry: here('source/guarded.js') }, { format: 'iife' }),
  /** One obfuscated file. */
  obfuscated: (job: Job) => withEsbuild(job, { format: 'iife' }, obfuscate),
} as const satisfies Record<string, (job: Job) => Promise<EntryScripts>>;

export type Bundler = keyof typeof BUNDLERS;

function output({ out }: Job) {
  return { path: out, filename: '[name].[contenthash:8].js', chunkFilename: '[name].[contenthash:8].js' };
}

async function withWebpack(
  webpack: Webpack,
  job: Job,
  more: { output: object; module?: object; optimization?: object },
): Promise<EntryScripts> {
  const config = {
    mode: 'production',
    target: 'web',
    context: here('.'),
    entry: { main: job.entry },
    devtool: false,
    performance: false,
    resolve: { alias: { '#version': job.version } },
    ...more,
  };
  const stats = await new Promise<Stats>((resolve, reject) => {
    webpack(config, (error, stats) => (error || !stats ? reject(error ?? new Error('no stats')) : resolve(stats)));
  });
  const { errors, assetsByChunkName } = stats.toJson({ all: false, assets: true, errors: true });
  if (stats.hasErrors()) throw new Error(`the build failed: ${JSON.stringify(errors)}`);
  const { runtime = [], main = [] } = assetsByChunkName ?? {};
  return { files: [runtime, main].flat(), areModules: false };
}

async function withVite({ entry, version, out }: Job): Promise<EntryScripts> {
  const built = await vite({
    configFile: false,
    logLevel: 'error',
    root: here('source'),
    base: './',
    resolve: { alias: { '#version': version } },
    build: { outDir: out, emptyOutDir: true, rollupOptions: { input: { main: entry } } },
  });
  const [bundle] = [built].flat();
  const main =
    bundle && 'output' in bundle ? bundle.output.find((file) => file.type === 'chunk' && file.isEntry) : undefined;
  if (!main) throw new Error('vite built no entry');
  return { files: [main.fileName], areModules: true };
}

async function withEsbuild(
  { entry, version, out }: Job,
  format: { format: 'esm'; splitting: true } | { format: 'iife' },
  finish: (code: string) => string = (code) => code,
): Promise<EntryScripts> {
  const { outputFiles, metafile } = await esbuild({
    entryPoints: { main: entry },
    alias: { '#version': version },
    absWorkingDir: here('.'),
    outdir: out,
    bundle: true,
    minify: true,
    metafile: true,
    write: false,
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    logLevel: 'silent',
    ...format,
  });
  await mkdir(out, { recursive: true });
  await Promise.all(outputFiles.map(({ path, text }) => writeFile(path, finish(text))));
  const main = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint?.match(/(entry|guarded)\.js$/));
  return { files: [String(main?.[0].split('/').at(-1))], areModules: format.format === 'esm' };
}

function obfuscate(code: string): string {
  return JavaScriptObfuscator.obfuscate(code, {
    seed: 1,
    compact: true,
    controlFlowFlattening: true,
    controlFlowFlatteningThreshold: 0.5,
    stringArray: true,
    stringArrayEncoding: ['base64'],
    stringArrayThreshold: 1,
    splitStrings: true,
    splitStringsChunkLength: 5,
    transformObjectKeys: true,
  }).getObfuscatedCode();
}
