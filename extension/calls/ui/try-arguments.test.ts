import { expect, it } from 'vitest';
import { readArguments } from './try-arguments.ts';

it('reads the text as one string argument, unchanged', () => {
  expect(readArguments(' {"a":1} ', false)).toEqual([' {"a":1} ']);
  expect(readArguments('', false)).toEqual(['']);
});

it('reads JSON as the array of arguments', () => {
  expect(readArguments('["a", 1, {"b": null}]', true)).toEqual(['a', 1, { b: null }]);
  expect(readArguments('[]', true)).toEqual([]);
});

it('explains text that is not JSON or not an array', () => {
  expect(readArguments('[1,', true)).toMatchObject({ field: 'args', text: ['tryNotJson', expect.anything()] });
  expect(readArguments('{"a":1}', true)).toEqual({ field: 'args', text: ['tryNotArray'] });
});
