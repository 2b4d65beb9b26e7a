import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearestName } from './nearest-name.ts';

const FIELDS = ['args', 'timeoutMs', 'target', 'tabId', 'url', 'clientId'];

describe('nearestName', () => {
  it.each([
    ['arg', 'args'],
    ['agrs', 'args'],
    ['Args', 'args'],
    ['timeout', 'timeoutMs'],
    ['timeout_ms', 'timeoutMs'],
    ['timeoutms', 'timeoutMs'],
    ['tabID', 'tabId'],
    ['tab', 'tabId'],
    ['URL', 'url'],
    ['client-id', 'clientId'],
    ['traget', 'target'],
  ])('takes %s for %s', (written, meant) => {
    expect(nearestName(written, FIELDS)).toBe(meant);
  });

  it.each(['', 'x', 'fn', 'colour', 'payload', 'a'.repeat(65)])('finds nothing near %j', (written) => {
    expect(nearestName(written, FIELDS)).toBeUndefined();
  });

  it('prefers an exact match', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ minLength: 1, maxLength: 12, unit: fc.constantFrom('a', 'b', 'c') })),
        (names) => {
          for (const name of names.filter(({ length }) => length > 1)) expect(nearestName(name, [name])).toBe(name);
        },
      ),
    );
  });

  it('takes no time on long names', () => {
    const names = Array.from({ length: 100 }, (_, at) => 'x'.repeat(63) + String.fromCharCode(97 + (at % 26)));
    const start = performance.now();
    nearestName('y'.repeat(64), names);
    nearestName('y'.repeat(10_000_000), names);
    expect(performance.now() - start).toBeLessThan(500);
  });
});
