import { afterEach, describe, expect, it, vi } from 'vitest';
import { localTime } from './local-time.ts';
import { readableLine } from './readable-line.ts';

afterEach(() => vi.unstubAllEnvs());

describe('localTime', () => {
  it.each([
    ['Asia/Shanghai', '2026-07-01T20:00:00.007+08:00'],
    ['America/St_Johns', '2026-07-01T09:30:00.007-02:30'],
    ['UTC', '2026-07-01T12:00:00.007+00:00'],
  ])('is the local time of %s', (zone, expected) => {
    vi.stubEnv('TZ', zone);
    expect(localTime(new Date(Date.UTC(2026, 6, 1, 12, 0, 0, 7)))).toBe(expected);
  });
});

describe('readableLine', () => {
  it('shows time, level and message, then the fields', () => {
    const line =
      '{"level":"info","time":"2026-07-01T20:00:00.007+08:00","clientId":"a b","ms":3,"msg":"call failed"}\n';
    expect(readableLine(line)).toBe('20:00:00.007 info call failed clientId="a b" ms=3\n');
    expect(readableLine('plain\n')).toBe('plain\n');
  });
});
