import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const SCRIPT = fileURLToPath(new URL('find-control.iife.ts', import.meta.url));

/** Returns an expression whose value is the control or undefined. */
export type ControlFinder = (role: string, name: string) => string;

/**
 * Makes expressions that find a control in a page. Firefox's accessibility tree is not used: each query takes a third of
 * a second, and once enabled it slows the browser down.
 */
export function makeControlFinder(): Promise<ControlFinder> {
  made ??= make();
  return made;
}

/** Built once per process. */
let made: Promise<ControlFinder> | undefined;

async function make(): Promise<ControlFinder> {
  const options = { bundle: true, write: false, format: 'iife', globalName: 'found', minify: true } as const;
  const { outputFiles } = await build({ entryPoints: [SCRIPT], ...options });
  const script = outputFiles[0]?.text ?? '';
  return (role, name) =>
    `(() => { ${script}\nreturn found.findControl(${JSON.stringify(role)}, ${JSON.stringify(name)}); })()`;
}
