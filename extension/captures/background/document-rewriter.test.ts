import { beforeEach, expect, it } from 'vitest';
import { FakeStorage } from '../../platform/fake-storage.ts';
import type { Capture } from '../../sites/capture-schema.ts';
import { CaptureHooks } from './capture-hooks.ts';
import { CaptureOutcomes } from './capture-outcomes.ts';
import { DocumentRewriter } from './document-rewriter.ts';
import { KnownScripts } from './known-scripts.ts';
import type { ScriptRewriter } from './script-rewriter.ts';

const URL_ = 'https://shop.test/orders';
const CAPTURE: Capture = { name: 'a', script: '/orders', at: { text: 'function a' }, expression: 'a' };
/** A letter in GBK; in Latin-1 its last byte is a backslash. */
const LETTER = [0x81, 0x5c];

let outcomes: CaptureOutcomes;
let known: KnownScripts;
let documents: DocumentRewriter;

beforeEach(() => {
  const storage = new FakeStorage();
  outcomes = new CaptureOutcomes();
  known = new KnownScripts(storage);
  // Only the part that the rewriter uses.
  const rewriter = { capturesOf: () => [CAPTURE] } as unknown as ScriptRewriter;
  documents = new DocumentRewriter({
    scripts: rewriter,
    outcomes,
    known,
    hooks: new CaptureHooks(storage),
  });
});

function document(before: string, after = ''): Uint8Array<ArrayBuffer> {
  const text = (part: string) => [...new TextEncoder().encode(part)];
  return new Uint8Array([
    ...text(`<!doctype html>${before}<script>"`),
    ...LETTER,
    ...text(`";function a(){}</script>${after}`),
  ]);
}
const rewrite = (bytes: Uint8Array<ArrayBuffer>, type = 'text/html') =>
  documents.rewrite({ tabId: 1, pageUrl: URL_, url: URL_ }, bytes, [{ name: 'Content-Type', value: type }]);
const state = () => outcomes.of(1, CAPTURE)?.kind;

it.each([
  ['its header says', document(''), 'text/html; charset=gbk'],
  ['itself says', document('<meta charset=gbk>'), 'text/html'],
])('reads a document as %s, and keeps all bytes of it', async (_, bytes, type) => {
  const changed = (await rewrite(bytes, type)) as Uint8Array;
  expect(state()).toBe('placed');
  const at = bytes.length - '";function a(){}</script>'.length;
  expect(changed.slice(0, at)).toEqual(bytes.slice(0, at));
  expect(changed.length).toBeGreaterThan(bytes.length);
});

it('does not change a document of unknown charset, and uses the charset of its page the next time', async () => {
  const bytes = document('');
  expect(await rewrite(bytes)).toBeUndefined();
  expect(state()).toBe('charset');
  known.remember(URL_, { isWhole: true, scripts: [], checked: [], charset: 'GBK' });
  expect(await rewrite(bytes)).toBeDefined();
  expect(state()).toBe('placed');
});

it('does not change a document if that moved its charset declaration too far back', async () => {
  const bytes = document('', `<!--${' '.repeat(900)}--><meta charset=gbk>`);
  expect(await rewrite(bytes)).toBeUndefined();
  expect(state()).toBe('charset');
});

it.each(['application/xhtml+xml', 'image/svg+xml; charset=utf-8', 'text/xml', 'application/xml'])(
  'leaves %s alone, and says so',
  async (type) => {
    expect(await rewrite(document(''), type)).toBeUndefined();
    expect(state()).toBe('xml');
  },
);

it('reads from the headers which scripts a document checks', () => {
  documents.onHeaders(URL_, [{ name: 'Link', value: '</a.js>; rel=modulepreload; integrity=sha256-a' }]);
  expect(known.isIntegrityChecked(['https://shop.test/a.js'])).toBe(true);
});
