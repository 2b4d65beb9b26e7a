import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const SCRIPT = fileURLToPath(new URL('find-control.iife.ts', import.meta.url));

/** Gives an expression whose value is the control, or undefined. */
export type ControlFinder = (role: string, name: string) => string;

/**
 * Writes expressions that find a control in a page. Firefox could be asked itself, by what it tells screen readers, but takes a third of a
 * second for each answer, and everything in it is slower from the first one on.
 */
export function makeControlFinder(): Promise<ControlFinder> {
  made ??= make();
  return made;
}

/** Once for all browsers that this process starts. */
let made: Promise<ControlFinder> | undefined;

async function make(): Promise<ControlFinder> {
  const options = { bundle: true, write: false, format: 'iife', globalName: 'found', minify: true } as const;
  const { outputFiles } = await build({ entryPoints: [SCRIPT], ...options });
  const script = outputFiles[0]?.text ?? '';
  return (role, name) =>
    `(() => { ${script}\nreturn found.findControl(${JSON.stringify(role)}, ${JSON.stringify(name)}); })()`;
}
