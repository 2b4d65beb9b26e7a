import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readRules } from './burp/rules.ts';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

describe('the sample rules', () => {
  it.each(['mitmproxy/rules.json', 'burp/rules.json'])('are valid: %s', (path) => {
    expect(readRules(read(path)).rules).toHaveLength(3);
  });

  it('are valid in the description of the format', () => {
    const samples = [...read('README.md').matchAll(/```json\n(.*?)```/gs)].map(([, sample]) => sample ?? '');
    expect(samples.map((sample) => readRules(sample).rules.length)).toEqual([3]);
  });
});
