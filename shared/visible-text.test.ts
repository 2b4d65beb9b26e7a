import { describe, expect, it } from 'vitest';
import { visibleLine, visibleText } from './visible-text.ts';

describe('visibleText', () => {
  it.each([
    ['an escape sequence', '\u001b[2Jx', '\\u001b[2Jx'],
    ['a sequence of one C1 character', '\u009b2J', '\\u009b2J'],
    ['a carriage return, which would overwrite the line', 'a\rb', 'a\\u000db'],
    ['DEL', '\u007f', '\\u007f'],
    ['bidirectional control characters', 'a\u202egnp.exe\u2066', 'a\\u202egnp.exe\\u2066'],
  ])('escapes %s', (_what, text, shown) => {
    expect(visibleText(text)).toBe(shown);
    expect(visibleLine(text)).toBe(shown);
  });

  it('keeps line feeds, tabs, letters of all scripts and joined emoji', () => {
    const text = 'one\n\ttwo 数据 مرحبا 👩‍💻';
    expect(visibleText(text)).toBe(text);
  });

  it('keeps JSON equal', () => {
    const value = { text: '\u009b\u007f\u202e\u2028\n' };
    const shown = visibleText(JSON.stringify(value));
    expect(shown).not.toContain('\u009b');
    expect(JSON.parse(shown)).toEqual(value);
  });
});

describe('visibleLine', () => {
  it('escapes line feeds, tabs and invisible characters', () => {
    expect(visibleLine('a\n\tb\u200bc\u{e0041}')).toBe('a\\u000a\\u0009b\\u200bc\\udb40\\udc41');
  });
});
