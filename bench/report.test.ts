import { describe, expect, it } from 'vitest';
import { draw, fileName } from './charts.ts';
import { ratioOf, rounded } from './report.ts';

const row = { section: 'plain frames', name: 'time', value: 3, unit: 'µs', baseline: { name: 'bare', value: 4 } };

describe('the report', () => {
  it('has ratios to the baseline', () => {
    const { baseline, ...alone } = row;
    expect([ratioOf(row), ratioOf(alone)]).toEqual([0.75, undefined]);
  });

  it('rounds for people', () => {
    expect([rounded(123_456.7), rounded(12.345), rounded(0.01234)]).toEqual(['123,457', '12.3', '0.0123']);
  });

  it('is drawn as SVG with both names', async () => {
    const svg = await draw('plain frames', [row]);
    expect(svg).toMatch(/^<svg[^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"/);
    expect(svg).toContain('>Pagewire<');
    expect(svg).toContain('>bare<');
  });

  it('names a chart without the numbers of the machine', () => {
    expect(fileName('19,000 idle clients')).toBe('idle-clients');
  });
});
