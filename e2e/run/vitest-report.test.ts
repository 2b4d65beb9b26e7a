import { describe, expect, it } from 'vitest';
import { add, formatTally, NOTHING, ONE_FAILED, ONE_PASSED } from './tally.ts';
import { summarize } from './vitest-report.ts';

function file(name: string, status: string, ...tests: string[]) {
  return {
    name,
    status,
    assertionResults: tests.map((status, index) => ({ fullName: `test ${index}`, status })),
  };
}

describe('summarize', () => {
  it('counts passed, failed and skipped tests', () => {
    const testResults = [
      file('a', 'passed', 'passed', 'passed', 'skipped'),
      file('b', 'failed', 'failed', 'todo', 'passed'),
    ];
    expect(summarize({ success: false, testResults })).toEqual({
      tally: { passed: 3, failed: 1, skipped: 2 },
      failures: ['b: test 0'],
    });
  });

  it('counts a failed file once', () => {
    const testResults = [file('a', 'failed', 'passed'), file('b', 'failed')];
    expect(summarize({ success: false, testResults }).tally).toEqual({ passed: 1, failed: 2, skipped: 0 });
  });

  it('counts a failed run without failed tests', () => {
    expect(summarize({ success: false, testResults: [file('a', 'passed', 'passed')] }).tally.failed).toBe(1);
  });
});

describe('the last line', () => {
  it('shows passed and failed numbers', () => {
    expect(formatTally(add(add(NOTHING, ONE_PASSED), ONE_PASSED))).toBe('2 passed, 0 failed');
    expect(formatTally(add(ONE_PASSED, ONE_FAILED))).toBe('1 passed, 1 failed');
  });

  it('shows skipped ones if any', () => {
    expect(formatTally({ passed: 1, failed: 0, skipped: 3 })).toBe('1 passed, 0 failed, 3 skipped');
  });
});
