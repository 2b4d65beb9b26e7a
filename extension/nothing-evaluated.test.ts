import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { createManifest } from './manifest.ts';

const root = new URL('../', import.meta.url);

/** The sources that are built into the extension. */
function sources(): { file: string; text: string }[] {
  return ['extension/', 'shared/'].flatMap((folder) =>
    readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.tsx?$/.test(file) && !file.includes('.test.'))
      .map((file) => ({ file: folder + file, text: readFileSync(new URL(folder + file, root), 'utf8') })),
  );
}

// setTimeout and setInterval evaluate text, and import() can load it. Only literal paths may be imported.
const EVALUATES =
  /\beval\b|\bnew Function\b|\bFunction\(|set(?:Timeout|Interval)\(\s*['"`]|\bimport\((?!\s*['"])|\bexecuteScript\([^)]*\bfunc\b|\buserScripts\b|innerHTML|insertAdjacentHTML|document\.write\b/;

const ALLOWED = [
  // In the page's world: imports a module that the page has loaded, to get its instance.
  'extension/calls/page/bundles/es-modules.ts: import(',
  // A function of the background, in the extension's world: it reads a script's text as the page has it.
  'extension/captures/background/start-script-sources.ts: executeScript({ target: { tabId, frameIds: [frameId] }, func',
  // Nothing is evaluated: the parser looks for calls of this name.
  'extension/captures/plan/syntax/function-at.ts: eval',
  // A function of the popup, without arguments, in the extension's world: it reads the URLs of frames.
  'extension/popup/use-frames.ts: executeScript({ target: { tabId, allFrames: true }, func',
];

it('contains no code that evaluates text', () => {
  const found = sources();
  expect(found.length).toBeGreaterThan(50);
  const evaluating = found.flatMap(({ file, text }) => {
    const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
    return EVALUATES.test(code) ? [`${file}: ${EVALUATES.exec(code)?.[0]}`] : [];
  });
  expect(evaluating.sort()).toEqual(ALLOWED);
});

it.each(['chrome', 'firefox'] as const)('has a content security policy that forbids evaluation in %s', (browser) => {
  const manifest = JSON.parse(JSON.stringify(createManifest(browser)));
  expect(manifest.manifest_version).toBe(3);
  // Without one, the default of Manifest V3 applies, which is the same.
  const policy = manifest.content_security_policy?.extension_pages ?? "script-src 'self'; object-src 'self'";
  expect(policy).toBe("script-src 'self'; object-src 'self'");
  expect(manifest.permissions).not.toContain('userScripts');
});
