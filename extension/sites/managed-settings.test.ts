import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { applyManaged, readManaged, touchesManaged, withoutManaged } from './managed-settings.ts';
import { defaultSettings, parseSettings } from './settings-schema.ts';

const ALL = {
  on: true,
  relayUrl: 'wss://relay.test',
  clientId: 'till-{random}',
  token: 'secret',
  sites: [
    {
      pattern: 'https://shop.test',
      enabled: true,
      functions: [{ name: 'sign', path: 'capture:sign', default: true, fingerprint: 'f' }],
      captures: [
        { name: 'sign', script: '/app.js', at: { text: 'function sign' }, expression: 'sign', way: 'rewrite' },
        { name: 'pay', script: '/app.js', at: { line: 1, column: 7 }, expression: 'pay' },
      ],
    },
  ],
};

describe('reading', () => {
  it('reads all settings', () => {
    expect(readManaged(ALL)).toEqual({ values: ALL, problems: [] });
  });

  it('assumes that a site is enabled and has no functions', () => {
    const { values } = readManaged({ sites: [{ pattern: 'https://shop.test' }] });
    expect(values.sites).toEqual([{ pattern: 'https://shop.test', enabled: true, functions: [] }]);
  });

  it('reports invalid settings and keeps the rest', () => {
    const twice = [{ pattern: 'https://shop.test' }, { pattern: 'https://shop.test' }];
    const { values, problems } = readManaged({ relayUrl: 'http://no', sites: twice, token: 't', colour: 'red' });
    expect(values).toEqual({ token: 't' });
    expect(problems).toEqual([
      'unknown field "colour"; known fields: on, relayUrl, clientId, token, sites',
      'relayUrl must be a ws:// or wss:// URL',
      'settings: each site may be listed once',
    ]);
  });

  it('reports a misspelt field and uses the others', () => {
    const sites = [{ pattern: 'https://shop.test', functions: [{ name: 'f', path: 'f', deflt: true }] }];
    const { values, problems } = readManaged({ relayURL: 'wss://relay.test', sites });
    expect(values.sites).toMatchObject([{ pattern: 'https://shop.test', functions: [{ name: 'f', path: 'f' }] }]);
    expect(problems).toEqual([
      'unknown field "relayURL"; did you mean "relayUrl"?',
      'unknown field "deflt" in sites[0].functions[0]; did you mean "default"?',
    ]);
  });

  it.each([undefined, null, 'x', []])('reads %j as no settings', (json) => {
    expect(readManaged(json)).toEqual({ values: {}, problems: [] });
  });
});

describe('an edit of the settings in force', () => {
  const own = { ...defaultSettings('own'), relayUrl: 'ws://own.test' };

  it('keeps managed settings if it changes others', () => {
    const managed = readManaged({ relayUrl: 'wss://relay.test', sites: ALL.sites });
    const edited = { ...applyManaged(own, managed, 'r'), clientId: 'edited', relayUrl: 'ws://edited.test' };
    expect(withoutManaged(edited, own, managed)).toEqual({ ...own, clientId: 'edited' });
  });

  it('is recognised if it would change managed settings', () => {
    const managed = readManaged({ sites: ALL.sites });
    const inForce = applyManaged(own, managed, 'r');
    expect(touchesManaged(inForce, { ...inForce, on: false }, managed)).toBe(false);
    expect(touchesManaged(inForce, { ...inForce, sites: [] }, managed)).toBe(true);
  });
});

describe('the policy schema for Chromium', () => {
  const schema = JSON.parse(readFileSync(new URL('../public/managed-schema.json', import.meta.url), 'utf8'));

  it('contains every value that is read', () => {
    const strict = new Ajv().compile(close(schema));
    expect(strict(ALL), JSON.stringify(strict.errors)).toBe(true);
    expect(Object.keys(schema.properties)).toEqual(Object.keys(ALL));
    expect(() => parseSettings({ ...defaultSettings('x'), ...ALL })).not.toThrow();
  });
});

/** The schema without additional properties, so that missing properties show. */
function close(schema: unknown): Record<string, unknown> {
  return JSON.parse(
    JSON.stringify(schema).replaceAll('"type":"object"', '"type":"object","additionalProperties":false'),
  );
}
