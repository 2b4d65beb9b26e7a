import { expect, it } from 'vitest';
import { LANGUAGES, languageOf } from './language.ts';

it.each([
  [null, ['de-DE', 'zh-TW', 'en'], 'zh'],
  [null, ['en-GB', 'zh-CN'], 'en'],
  [null, ['fr'], 'en'],
  ['zh', ['en'], 'zh'],
  ['nonsense', ['zh'], 'zh'],
])('chosen %j and preferred %j make %s', (chosen, preferred, language) => {
  expect(languageOf(chosen, preferred)).toBe(language);
});

it('has every text in both languages', () => {
  const said = ({ advice, ...texts }: object & { advice: object }) =>
    Object.entries({ ...texts, ...advice }).map(([key, text]) => [key, typeof text === 'function' ? text('x') : text]);
  const [en, zh] = [said(LANGUAGES.en.texts), said(LANGUAGES.zh.texts)];
  expect(zh.map(([key]) => key).sort()).toEqual(en.map(([key]) => key).sort());
  expect(en.filter(([, text]) => text === '' || /\p{Script=Han}/u.test(text))).toEqual([]);
  const latin = zh.filter(([, text]) => !/\p{Script=Han}/u.test(text)).map(([key]) => key);
  expect(latin.sort()).toEqual(['httpApi', 'none', 'tileMedian', 'tileSlow', 'tryKindJson']);
});
