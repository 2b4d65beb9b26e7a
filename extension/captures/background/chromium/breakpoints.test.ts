import { runInNewContext } from 'node:vm';
import { beforeEach, expect, it } from 'vitest';
import { FakeStorage } from '../../../platform/fake-storage.ts';
import type { Capture } from '../../../sites/capture-schema.ts';
import { CaptureHooks } from '../capture-hooks.ts';
import { CaptureOutcomes } from '../capture-outcomes.ts';
import { Breakpoints } from './breakpoints.ts';

const PAGE = 'https://shop.test/';
const SOURCE = 'function a(){return 1}function b(){return 2}run()';
const capture = (name: string): Capture => ({
  name,
  script: '/app.js',
  at: { text: `function ${name}` },
  expression: name,
  way: 'breakpoint',
});
const script = { scriptId: '1', url: `${PAGE}app.js`, hash: 'H', startLine: 0, startColumn: 0, length: SOURCE.length };

let sent: [method: string, params: { condition?: string }][];
let outcomes: CaptureOutcomes;
let breakpoints: Breakpoints;

const answers: Record<string, object> = {
  'Debugger.getScriptSource': { scriptSource: SOURCE },
  'Debugger.getPossibleBreakpoints': { locations: [{ scriptId: '1', lineNumber: 0, columnNumber: 44 }] },
  'Debugger.setBreakpointByUrl': { breakpointId: 'B' },
};
async function send(method: string, params: object = {}): Promise<unknown> {
  sent.push([method, params]);
  return answers[method] ?? {};
}
const sentOf = (wanted: string) => sent.filter(([method]) => method === wanted).map(([, params]) => params);

beforeEach(() => {
  sent = [];
  outcomes = new CaptureOutcomes();
  const hooks = new CaptureHooks(new FakeStorage());
  breakpoints = new Breakpoints({ hooks, outcomes }, 1, send);
});

it('enables the Debugger domain only while a page needs breakpoints', async () => {
  await breakpoints.update(PAGE, []);
  expect(sent).toEqual([]);
  await breakpoints.update(PAGE, [capture('a')]);
  await breakpoints.update(PAGE, [capture('a')]);
  await breakpoints.update(PAGE, []);
  expect(sent.map(([method]) => method)).toEqual(['Debugger.enable', 'Debugger.disable']);
});

it('sets one breakpoint for all captures at a place, and none twice', async () => {
  await breakpoints.update(PAGE, [capture('a'), capture('b')]);
  await breakpoints.onEvent('Debugger.scriptParsed', script);
  await breakpoints.onEvent('Debugger.scriptParsed', { ...script, scriptId: '2' });
  const [set, more] = sentOf('Debugger.setBreakpointByUrl');
  expect([set, more]).toMatchObject([{ scriptHash: 'H', lineNumber: 0, columnNumber: 44 }, undefined]);
  expect([capture('a'), capture('b')].map((one) => outcomes.of(1, one)?.kind)).toEqual(['placed', 'placed']);
});

it.each([
  ['no captures are left', []],
  ['the captures have changed', [capture('b')]],
])('removes its breakpoints if %s, because disabling the domain does not', async (_title, next) => {
  await breakpoints.update(PAGE, [capture('a')]);
  await breakpoints.onEvent('Debugger.scriptParsed', script);
  await breakpoints.update(PAGE, next);
  expect(sentOf('Debugger.removeBreakpoint')).toEqual([{ breakpointId: 'B' }]);
});

it('never pauses: the condition captures the values and is always false', async () => {
  await breakpoints.update(PAGE, [capture('a'), capture('b')]);
  await breakpoints.onEvent('Debugger.scriptParsed', script);
  const condition = String(sentOf('Debugger.setBreakpointByUrl')[0]?.condition);
  const hook = /typeof (\w+)==/.exec(condition)?.[1] ?? '';
  const kept: string[] = [];
  const keep = (name: string) => kept.push(name);
  const run = (hold: unknown) => runInNewContext(condition, { [hook]: hold, a: 1, b: 2 });
  expect([run(keep), kept]).toEqual([false, [expect.stringMatching(/^#a \w+$/), expect.stringMatching(/^#b \w+$/)]]);
  const fail = () => {
    throw new Error('no');
  };
  expect(run(fail)).toBe(false);
});

it('resumes at once if the page itself pauses', async () => {
  await breakpoints.update(PAGE, [capture('a')]);
  await breakpoints.onEvent('Debugger.paused', {});
  expect(sent.at(-1)?.[0]).toBe('Debugger.resume');
});

it('ignores scripts without a capture', async () => {
  await breakpoints.update(PAGE, [capture('a')]);
  await breakpoints.onEvent('Debugger.scriptParsed', { ...script, url: `${PAGE}other.js` });
  expect(sentOf('Debugger.getScriptSource')).toEqual([]);
});

it('reports that no code runs after the place', async () => {
  answers['Debugger.getPossibleBreakpoints'] = { locations: [] };
  await breakpoints.update(PAGE, [capture('a')]);
  await breakpoints.onEvent('Debugger.scriptParsed', script);
  expect(outcomes.of(1, capture('a'))).toMatchObject({ kind: 'unfit' });
});
