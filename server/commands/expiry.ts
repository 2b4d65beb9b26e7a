import { CallError } from '../../shared/errors.ts';

const UNITS_MS: Record<string, number | undefined> = { m: 60_000, h: 3_600_000, d: 86_400_000 };
const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/i;

/** When something expires: `12h` from now, or a date as of RFC 3339. @throws CallError `bad_request` */
export function readExpiry(text: string, now: number): string {
  const [, count, unit = ''] = /^([1-9]\d{0,5})([mhd])$/.exec(text) ?? [];
  const after = UNITS_MS[unit];
  if (count !== undefined && after !== undefined) return new Date(now + Number(count) * after).toISOString();
  const date = DATE_TIME.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(date))
    throw new CallError('bad_request', 'use 30m, 12h, 30d, or a date such as 2030-01-31T00:00:00Z');
  if (date <= now) throw new CallError('bad_request', 'that is over already');
  return new Date(date).toISOString();
}
