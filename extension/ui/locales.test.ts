import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import en from '../_locales/en/messages.json' with { type: 'json' };
import zh from '../_locales/zh_CN/messages.json' with { type: 'json' };

interface Message {
  message: string;
  placeholders?: Record<string, { content: string }>;
}

const locales: [string, Record<string, Message>][] = [
  ['en', en],
  ['zh_CN', zh],
];
const extension = join(import.meta.dirname, '..');

describe('the texts', () => {
  it('have the same keys in each language', () => {
    expect(Object.keys(zh).sort()).toEqual(Object.keys(en).sort());
  });

  it.each(locales)('have the placeholders of English, numbered as they are declared: %s', (_locale, messages) => {
    for (const [key, message] of Object.entries<Message>(en)) {
      const names = Object.keys(message.placeholders ?? {});
      const contents = names.map((_name, index) => ({ content: `$${index + 1}` }));
      expect([key, Object.keys(messages[key]?.placeholders ?? {})]).toEqual([key, names]);
      expect([key, Object.values(messages[key]?.placeholders ?? {})]).toEqual([key, contents]);
    }
  });

  it.each(locales)('use exactly the placeholders that they declare: %s', (_locale, messages) => {
    for (const [key, { message, placeholders = {} }] of Object.entries(messages)) {
      const used = new Set([...message.matchAll(/\$(\w+)\$/g)].map(([, name]) => name?.toLowerCase()));
      expect([key, [...used].sort()]).toEqual([key, Object.keys(placeholders).sort()]);
    }
  });

  it('use one Chinese word for each thing', () => {
    const others = /您|移除|试用|保留|触及|就位/;
    expect(Object.entries<Message>(zh).filter(([, { message }]) => others.test(message))).toEqual([]);
  });

  it('are all used', () => {
    const sources = sourcesIn(extension).join('\n');
    const unused = Object.keys(en).filter(
      (key) => !sources.includes(`'${key}'`) && !sources.includes(`__MSG_${key}__`),
    );
    expect(unused).toEqual([]);
  });

  it('include every key that the background and the manifest look up', () => {
    const sources =
      sourcesIn(extension, IN_BACKGROUND).join('\n') + readFileSync(join(extension, 'manifest.ts'), 'utf8');
    const keys = [
      ...sources.matchAll(/translate\('(\w+)'/g),
      ...sources.matchAll(/__MSG_(\w+)__/g),
      ...sources.matchAll(/'((?:absent|reason|badge)[A-Z]\w+)'/g),
    ].map(([, key]) => key);
    expect(keys.filter((key) => key === undefined || !(key in en))).toEqual([]);
  });
});

/** `background.ts`, and each feature's folder `background`. */
const IN_BACKGROUND = /(^|\/)background[./]/;

function sourcesIn(folder: string, wanted = /./): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !name.includes('.test.') && wanted.test(name))
    .map((name) => readFileSync(join(folder, name), 'utf8'));
}
