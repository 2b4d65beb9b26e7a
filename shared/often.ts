import fc from 'fast-check';

/** For tests: mostly `usual`, sometimes any JSON value or undefined. */
export function often<Value>(usual: fc.Arbitrary<Value>): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 5, arbitrary: usual as fc.Arbitrary<unknown> },
    { weight: 1, arbitrary: fc.jsonValue() },
    { weight: 1, arbitrary: fc.constant(undefined) },
  );
}
