import type { CaptureState } from '../../extension/platform/messages.ts';
import type { Capture } from '../../extension/sites/capture-schema.ts';
import type { Scene, SceneState } from './scene.ts';
import type { ScenePage } from './scene-page.ts';
import { SHOP, settingsWith, shop, stateWith } from './scene-states.ts';

const SCRIPT = `${SHOP}/assets/app-4f1b2c9d.js`;
const TEXT =
  'const e=n(81),s="v1.";function t(e){return s+c(e)}function c(e){return[...e].map(e=>e.charCodeAt(0)).join(".")}' +
  'class r{#k;constructor(e){this.#k=e}#seal(e){return this.#k+"/"+e}send(e){return fetch("/order",{body:this.#seal(e)})}}';

const capture = (name: string, text: string, expression: string): Capture => ({
  name,
  script: '/assets/app-*.js',
  at: { text },
  expression,
});
const sign = capture('sign', 'function t(e){return s+', 't');
const seal = capture('seal', 'return this.#k+"/"+e', 'this.#seal');
const digest = capture('digest', 'function c(input){return', 'c');

/** A site's captures in the popup and on the options page. Only the capture build has the `debugger` permission. */
const withCaptures = (captures: Capture[], states: Record<string, CaptureState>): Partial<SceneState> => ({
  settings: settingsWith({ ...shop, captures }),
  captures: states,
  scripts: [{ url: SCRIPT, integrity: false, viaWorker: false, isModule: false, charset: 'UTF-8', frameId: 0 }],
  scriptText: TEXT,
  permissions: ['debugger'],
});

const usual = withCaptures([sign, seal, digest], {
  sign: { kind: 'in-place' },
  seal: { kind: 'waiting', for: 'reload' },
  digest: {
    kind: 'not-matched',
    script: SCRIPT,
    several: false,
    nearest: [
      {
        line: 1,
        column: 52,
        text: 'return s+c(e)}function c(e){return[...e].map(e=>e.charCodeAt(0)).join(".")}class r{#k;',
      },
      {
        line: 1,
        column: 118,
        text: 'class r{#k;constructor(e){this.#k=e}#seal(e){return this.#k+"/"+e}send(e){return fetch(',
      },
    ],
  },
});
const refused = withCaptures([sign, seal, digest], {
  sign: { kind: 'unfit', script: SCRIPT, reason: 'no class around this place declares #seal' },
  seal: { kind: 'failed', reason: 'TypeError: e is not a function' },
  digest: { kind: 'out-of-reach', script: SCRIPT, why: 'integrity' },
});

export const captureScenes: readonly Scene[] = [
  popup('captures', usual, { isKept: true }),
  popup('captures-refused', refused, { isKept: true }),
  popup('captures-stopped', withCaptures([sign], { sign: { kind: 'stopped' } })),
  popup('captures-not-allowed', {
    ...withCaptures([sign], { sign: { kind: 'needs-permission', scripts: [] } }),
    permissions: [],
  }),
  popup('captures-host-not-allowed', {
    ...withCaptures([sign], { sign: { kind: 'needs-permission', scripts: ['https://cdn.example/lib.js'] } }),
    permissions: [],
  }),
  popup('captures-other-build', { ...withCaptures([sign], { sign: { kind: 'needs-build' } }), permissions: [] }),
  popup('capture-search', usual, { isKept: true, act: search }),
  popup('capture-search-nothing', usual, { act: (page) => searchFor(page, 'decrypt') }),
  popup('capture-found', usual, { isKept: true, act: choose }),
  popup('capture-wrong', usual, { act: addWrong }),
  { name: 'options-captures', page: 'options', state: stateWith({ ...usual, captures: {} }), isKept: true, act: edit },
];

function popup(name: string, state: Partial<SceneState>, more: Partial<Pick<Scene, 'act' | 'isKept'>> = {}): Scene {
  return { name: `popup-${name}`, page: 'popup', url: SHOP, state: stateWith(state), ...more };
}

function search(page: ScenePage): Promise<void> {
  return searchFor(page, 'return');
}

async function searchFor(page: ScenePage, words: string): Promise<void> {
  await page.click('button', 'captureSearch');
  await page.fill('captureSearchText', words);
  await page.click('button', 'captureSearchSubmit');
  await page.page
    .locator('.captures [role=status] .hint')
    .filter({ hasNotText: page.text('captureSearching') })
    .waitFor();
}

async function choose(page: ScenePage): Promise<void> {
  await search(page);
  await page.page
    .getByRole('button', { name: page.text('captureHere') })
    .first()
    .click();
  await page.sees('textbox', 'captureName');
}

async function addWrong(page: ScenePage): Promise<void> {
  await page.click('button', 'captureAdd');
  await page.fill('captureName', 'sign');
  await page.fill('captureScript', '/assets/app-*.js');
  await page.fill('capturePlace', 'function t(');
  await page.fill('captureExpression', 't(');
  await page.click('button', 'captureAddSubmit');
  await page.page.getByRole('alert').waitFor();
}

async function edit(page: ScenePage): Promise<void> {
  await page.click('button', 'captureEditNamed', 'seal');
  await page.sees('textbox', 'captureExpression');
}
