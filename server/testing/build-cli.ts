import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { TestProject } from 'vitest/node';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Bundles the command once for all tests that start it: from the source files, each start takes three times as long. */
export default async function buildCli(project: TestProject): Promise<void> {
  const outdir = `${ROOT}.tmp/cli`;
  await build({
    entryPoints: [`${ROOT}server/cli.ts`],
    outdir,
    bundle: true,
    // The command loads most of its files only once it knows that it needs them.
    splitting: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'warning',
  });
  project.provide('cli', `${outdir}/cli.js`);
}

declare module 'vitest' {
  interface ProvidedContext {
    /** The path of the bundled command. */
    cli: string;
  }
}
