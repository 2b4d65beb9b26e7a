import type { FinderView, FoundCandidate, SeenCall } from '../../extension/finder/search-messages.ts';
import type { Scene } from './scene.ts';
import type { ScenePage } from './scene-page.ts';
import { SHOP, settingsWith, shop, stateWith } from './scene-states.ts';

type Found = Extract<FinderView, { candidates: unknown }>;

const ENCRYPT = 'webpack:webpackChunkshop/4711#a.encryptOrder';
const SIGN = 'shop.api["request signer"].sign';

const candidates: FoundCandidate[] = [
  candidate(ENCRYPT, {
    parameters: 2,
    source:
      'function(t,e){const r=n.enc.Utf8.parse(e);return n.AES.encrypt(JSON.stringify(t),r,{iv:r,mode:n.mode.CBC,padding:n.pad.Pkcs7}).toString()}',
    reasons: [
      { kind: 'name', what: 'encrypt' },
      { kind: 'source', what: 'AES' },
      { kind: 'called', what: '3' },
    ],
    isWatchable: false,
  }),
  candidate(SIGN, {
    source: "sign(body) {\n  return md5(body + '&salt=' + this.salt);\n}",
    reasons: [
      { kind: 'name', what: 'sign' },
      { kind: 'source', what: 'MD5' },
    ],
  }),
  candidate('module:/assets/order-*.js#t', {
    source: 'function o(t){let e=0;for(let n=0;n<t.length;n++)e=(e<<5)-e+t.charCodeAt(n)|0;return e>>>0}',
    reasons: [{ kind: 'source', what: 'bits' }],
    isWatchable: false,
    isInFrame: true,
  }),
  candidate('shop.cart.total', { parameters: 0, source: 'total() { return this.items.reduce(add, 0); }' }),
];

const done: Found = {
  state: 'done',
  filter: '',
  isLimited: false,
  looked: 50_212,
  functions: 1_318,
  matching: 1_318,
  candidates,
  calls: [],
};

const calls: SeenCall[] = [
  call(ENCRYPT, ['{"item":"tea","count":2}', '"k3y"'], { kind: 'returned', value: '"U2FsdGVkX19mZ0tq"' }),
  call(SIGN, ['"item=tea"'], { kind: 'threw', value: 'TypeError: this.salt is undefined' }),
  call('shop.cart.total', [], { kind: 'running' }),
];

export const finderScenes: readonly Scene[] = [
  finder('start', { state: 'idle' }, { isKept: true }),
  finder('searching', {
    ...done,
    state: 'searching',
    looked: 12_400,
    functions: 310,
    candidates: candidates.slice(0, 2),
  }),
  finder('found', done, { isKept: true, act: choose }),
  finder('adding', done, { isKept: true, act: add }),
  finder(
    'watching',
    { ...done, watching: { ids: [SIGN], secondsLeft: 7, refused: ['shop.cart.items'] }, calls },
    { isKept: true },
  ),
  finder('limited', { ...done, state: 'stopped', isLimited: true }),
  finder('no-match', { ...done, filter: 'rsa', matching: 0, candidates: [] }),
  finder('unreachable', { state: 'unreachable', reason: '@absentNoBridge' }),
];

function finder(name: string, view: FinderView, more: Partial<Pick<Scene, 'act' | 'isKept'>> = {}): Scene {
  const state = stateWith({ settings: settingsWith(shop), finder: view });
  const act = async (page: ScenePage) => {
    await page.click('button', 'finderOpen');
    await page.sees('heading', 'finderTitle');
    await more.act?.(page);
  };
  return { name: `finder-${name}`, page: 'popup', url: SHOP, state, ...more, act };
}

async function choose(page: ScenePage): Promise<void> {
  await page.click('checkbox', 'finderWatchNamed', 'shop.cart.total');
}

async function add(page: ScenePage): Promise<void> {
  await page.click('button', 'finderAddNamed', ENCRYPT);
  await page.sees('textbox', 'functionName');
}

function candidate(path: string, more: Partial<FoundCandidate>): FoundCandidate {
  return {
    id: path,
    path,
    parameters: 1,
    source: '',
    score: 1,
    reasons: [],
    isWatchable: true,
    isInFrame: false,
    sites: [shop.pattern],
    ...more,
  };
}

function call(path: string, args: string[], end: SeenCall['end']): SeenCall {
  return { id: path, path, at: 0, args, end };
}
