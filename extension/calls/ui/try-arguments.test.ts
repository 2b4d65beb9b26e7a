import { expect, it } from 'vitest';
import { readArguments } from './try-arguments.ts';

it('takes the text as one string argument, as it stands', () => {
  expect(readArguments(' {"a":1} ', false)).toEqual([' {"a":1} ']);
  expect(readArguments('', false)).toEqual(['']);
});

it('takes JSON as the array of arguments', () => {
  expect(readArguments('["a", 1, {"b": null}]', true)).toEqual(['a', 1, { b: null }]);
  expect(readArguments('[]', true)).toEqual([]);
});

it('says what is wrong with JSON that is none, or no array', () => {
  expect(readArguments('[1,', true)).toMatchObject({ field: 'args', text: ['tryNotJson', expect.anything()] });
  expect(readArguments('{"a":1}', true)).toEqual({ field: 'args', text: ['tryNotArray'] });
});
