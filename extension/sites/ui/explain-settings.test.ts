import { describe, expect, it } from 'vitest';
import { defaultSettings } from '../settings-schema.ts';
import { explainSettings } from './explain-settings.ts';

const base = defaultSettings('web-1');
const site = (pattern: string, ...functions: object[]) => ({ pattern, enabled: true, functions });

describe('invalid settings', () => {
  it.each<[string, unknown, object]>([
    ['not an object', [], { place: '', text: ['expectedType', { type: 'object' }] }],
    ['another version', { ...base, version: 9 }, { place: 'version', text: ['expectedType', { type: '1' }] }],
    ['a missing field', { ...base, sites: undefined }, { place: 'sites', text: ['expectedType', { type: 'array' }] }],
    ['a wrong type', { ...base, on: 'yes' }, { place: 'on', text: ['expectedType', { type: 'boolean' }] }],
    ['a relay URL of http', { ...base, relayUrl: 'http://x' }, { place: 'relayUrl', text: ['relayUrlInvalid'] }],
    ['an empty client ID', { ...base, clientId: '' }, { place: 'clientId', text: ['clientIdEmpty'] }],
    ['no site', { ...base, sites: [site('shop')] }, { place: 'sites[0].pattern', text: ['patternInvalid'] }],
    [
      'a path that does not parse',
      { ...base, sites: [site('https://a.example'), site('https://b.example', { name: 'f', path: 'a.' })] },
      { place: 'sites[1].functions[0].path', text: ['pathInvalid', { position: 2, rest: '.' }] },
    ],
    [
      'an empty name',
      { ...base, sites: [site('https://a.example', { name: '', path: 'a' })] },
      { place: 'sites[0].functions[0].name', text: ['nameEmpty'] },
    ],
    [
      'a site twice',
      { ...base, sites: [site('https://a.example'), site('https://a.example')] },
      { place: '', text: ['siteTaken', { site: 'https://a.example' }] },
    ],
    [
      'a name on two sites',
      {
        ...base,
        sites: [
          site('https://a.example', { name: 'f', path: 'f' }),
          site('https://b.example', { name: 'f', path: 'g' }),
        ],
      },
      { place: '', text: ['nameTaken', { name: 'f', site: 'https://a.example' }] },
    ],
    [
      'two defaults',
      {
        ...base,
        sites: [
          site('https://a.example', { name: 'f', path: 'f', default: true }, { name: 'g', path: 'g', default: true }),
        ],
      },
      { place: '', text: ['defaultTwice'] },
    ],
  ])('are explained with their place: %s', (_what, json, explanation) => {
    expect(explainSettings(json)).toEqual(explanation);
  });

  it('get no explanation if they are valid', () => {
    expect(explainSettings(base)).toBeUndefined();
  });
});
