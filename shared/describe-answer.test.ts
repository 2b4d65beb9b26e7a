import { describe, expect, it } from 'vitest';
import { formatAnswer, messageOf, stackOf, typeOfAnswer } from './describe-answer.ts';

describe('an answer', () => {
  it('shows strings unchanged and other values as JSON', () => {
    expect(formatAnswer('a "b"\n')).toBe('a "b"\n');
    expect(formatAnswer({ a: [1] })).toBe('{\n  "a": [\n    1\n  ]\n}');
    expect(formatAnswer(null)).toBe('null');
  });

  it.each([
    ['1', 'string'],
    [1, 'number'],
    [null, 'null'],
    [[1], 'array'],
    [{}, 'object'],
    [{ $type: 'undefined' }, 'undefined'],
    [{ $type: 'bytes', kind: 'Uint8Array', value: '' }, 'Uint8Array'],
    [{ $type: 1 }, 'object'],
  ])('names the type of %o', (value, type) => {
    expect(typeOfAnswer(value)).toBe(type);
  });
});

describe('a failure', () => {
  const failure = { message: 'no key' };

  it('prefixes the name of the thrown error once', () => {
    expect(messageOf({ ...failure, details: { name: 'TypeError' } })).toBe('TypeError: no key');
    expect(messageOf({ ...failure, message: 'TypeError', details: { name: 'TypeError' } })).toBe('TypeError');
    expect(messageOf({ ...failure, details: 'thrown text' })).toBe('no key');
  });

  it('has the stack of the page', () => {
    expect(stackOf({ ...failure, details: { stack: 'at x' } })).toBe('at x');
    expect(stackOf({ ...failure, details: { stack: '' } })).toBeUndefined();
    expect(stackOf(failure)).toBeUndefined();
  });
});
