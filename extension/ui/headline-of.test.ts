import { expect, it } from 'vitest';
import { headlineOf } from './headline-of.ts';

it('has a headline in words for what can happen to a call, and its code for the rest', () => {
  expect(headlineOf('function_threw')).toEqual(['errorFunctionThrew']);
  expect(headlineOf('overloaded')).toEqual(['errorOther', { code: 'overloaded' }]);
  expect(headlineOf('toString')).toEqual(['errorOther', { code: 'toString' }]);
});
