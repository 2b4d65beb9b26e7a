import { expect, it } from 'vitest';
import { headlineOf } from './headline-of.ts';

it('has a headline for each outcome of a call, and shows the code of others', () => {
  expect(headlineOf('function_threw')).toEqual(['errorFunctionThrew']);
  expect(headlineOf('overloaded')).toEqual(['errorOther', { code: 'overloaded' }]);
  expect(headlineOf('toString')).toEqual(['errorOther', { code: 'toString' }]);
});
