import { expect, it } from 'vitest';
import { dependsOnPage, type ScriptReading, scriptCharsets } from './script-charset.ts';

const GBK = new Uint8Array([0x22, 0xc3, 0xdc, 0x22]);
const ASCII = new Uint8Array([0x61]);
const marked = (...mark: number[]) => new Uint8Array([...mark, ...GBK]);
const classic = (charset?: string): ScriptReading => ({ isModule: false, charset });
const header = (charset: string) => `text/javascript; charset="${charset}"`;

it.each<[what: string, bytes: Uint8Array<ArrayBuffer>, type: string | undefined, reading: ScriptReading, is: string[]]>(
  [
    ['a mark of UTF-8 before the header', marked(0xef, 0xbb, 0xbf), header('gbk'), classic('big5'), ['utf-8']],
    ['a mark of UTF-16LE before the header', marked(0xff, 0xfe), header('gbk'), {}, ['utf-16le']],
    ['a mark of UTF-16BE before the header', marked(0xfe, 0xff), header('gbk'), classic(), ['utf-16be']],
    ['the header before the page', GBK, header('GB2312'), classic('big5'), ['gbk']],
    ['the page if the header names an unknown charset', GBK, header('nonsense'), classic('Big5'), ['big5']],
    ['the page without a header', GBK, undefined, classic('Shift_JIS'), ['shift_jis']],
    ['UTF-8 for a module, whatever the header says', GBK, header('gbk'), { isModule: true }, ['utf-8']],
    ['either if it may be a module', GBK, header('gbk'), {}, ['gbk', 'utf-8']],
    ['one where either is UTF-8', GBK, undefined, { charset: 'UTF-8' }, ['utf-8']],
    ['none if neither is known', GBK, undefined, {}, []],
    ['any for plain ASCII', ASCII, header('gbk'), {}, ['utf-8']],
    ['UTF-16 also for what looks like ASCII', ASCII, header('utf-16'), classic(), ['utf-16le']],
  ],
)('takes %s', (_, bytes, type, reading, is) => {
  expect(scriptCharsets(bytes, type, reading)).toEqual(is);
});

it('waits for the page if only the page knows', () => {
  expect(dependsOnPage(ASCII, header('gbk'))).toBe(false);
  expect(dependsOnPage(marked(0xef, 0xbb, 0xbf), undefined)).toBe(false);
  expect(dependsOnPage(GBK, header('gbk'))).toBe(true);
});
