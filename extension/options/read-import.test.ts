import { describe, expect, it } from 'vitest';
import { readManaged } from '../sites/managed-settings.ts';
import { defaultSettings, exportSettings, type Settings } from '../sites/settings-schema.ts';
import { readImport } from './read-import.ts';

const current: Settings = {
  ...defaultSettings('web-1'),
  token: 's3cret',
  sites: [
    { pattern: 'https://a.example', enabled: true, functions: [{ name: 'f', path: 'a.f' }] },
    { pattern: 'https://b.example', enabled: false, functions: [] },
  ],
};

const read = (json: unknown) => readImport('team.json', JSON.stringify(json), current, readManaged({}));

describe('an import', () => {
  it('changes nothing if it is the export of the current settings', () => {
    expect(JSON.stringify(exportSettings(current))).not.toContain('s3cret');
    expect(read(exportSettings(current))).toMatchObject({ kind: 'readable', changes: [], settings: current });
  });

  it('keeps the token, whatever the file says', () => {
    expect(read({ ...current, token: 'theirs' })).toMatchObject({ settings: { token: 's3cret' } });
  });

  it('lists each change', () => {
    const after: Settings = {
      ...current,
      on: false,
      relayUrl: 'wss://relay.example',
      clientId: 'web-2',
      sites: [
        {
          pattern: 'https://a.example',
          enabled: false,
          functions: [
            { name: 'f', path: 'a.g' },
            { name: 'h', path: 'h', default: true },
          ],
        },
        { pattern: 'https://c.example', enabled: true, functions: [{ name: 'x', path: 'x' }] },
      ],
    };
    expect(read(exportSettings(after))).toMatchObject({
      changes: [
        ['changeOff'],
        ['changeRelayUrl', { before: 'ws://127.0.0.1:9999', after: 'wss://relay.example' }],
        ['changeClientId', { before: 'web-1', after: 'web-2' }],
        ['changeSiteDisabled', { site: 'https://a.example' }],
        ['changeFunctionPath', { site: 'https://a.example', name: 'f', before: 'a.f', after: 'a.g' }],
        ['changeFunctionAdded', { site: 'https://a.example', name: 'h', path: 'h' }],
        ['changeSiteAddedEnabled', { site: 'https://c.example' }],
        ['changeFunctionAdded', { site: 'https://c.example', name: 'x', path: 'x' }],
        ['changeSiteRemoved', { site: 'https://b.example', functions: '–' }],
        ['changeDefault', { name: 'h' }],
      ],
    });
  });

  it('shows all of a capture', () => {
    const capture = { name: 'sign', script: '/app.js', at: { text: 'function t(' }, expression: 't' };
    const [site, other] = current.sites;
    const { expression: _, ...whole } = { ...capture, name: 'whole', fingerprint: 'f1:1-2:3' };
    const captures = [capture, { ...capture, name: 'deep', way: 'breakpoint' }, whole];
    const sites = [{ ...site, captures }, other];
    const values = { site: 'https://a.example', expression: 't', script: '/app.js', place: 'function t(' };
    expect(read({ ...exportSettings(current), sites })).toMatchObject({
      changes: [
        ['changeCapture', { ...values, name: 'sign' }],
        ['changeCaptureBreakpoint', { ...values, name: 'deep' }],
        ['changeCaptureFunction', { site: values.site, script: values.script, place: values.place, name: 'whole' }],
        ['changeFingerprint', { site: values.site, name: 'whole', fingerprint: 'f1:1-2:3' }],
      ],
    });
    const wrong = [{ ...site, captures: [{ ...capture, name: 'a b' }] }];
    expect(read({ ...exportSettings(current), sites: wrong })).toMatchObject({
      kind: 'invalid',
      place: 'sites[0].captures[0].name',
      text: ['captureInvalid', expect.anything()],
    });
  });

  it('shows all of a new site: whether it is enabled, each path, fingerprint and capture', () => {
    const fn = { name: 'f2', path: 'app.f2', fingerprint: 'function sign(' };
    const capture = { name: 'key', script: '/app.js', at: { line: 1, column: 2 }, expression: 'this.key' };
    const site = { pattern: 'https://new.example', functions: [fn], captures: [capture] };
    const named = { site: site.pattern, name: 'f2' };
    for (const [enabled, key] of [
      [true, 'changeSiteAddedEnabled'],
      [false, 'changeSiteAddedDisabled'],
    ] as const) {
      expect(read({ ...exportSettings(current), sites: [...current.sites, { ...site, enabled }] })).toMatchObject({
        changes: [
          [key, { site: site.pattern }],
          ['changeFunctionAdded', { ...named, path: fn.path }],
          ['changeFingerprint', { ...named, fingerprint: fn.fingerprint }],
          ['changeCapture', { expression: 'this.key', script: '/app.js', place: '1:2' }],
        ],
      });
    }
  });

  it('shows what an existing site serves when it enables it', () => {
    const capture = { name: 'key', script: '/app.js', at: { line: 1, column: 2 }, expression: 'this.key' };
    const fn = { name: 'f', path: 'a.f', fingerprint: 'function f(' };
    const site = { pattern: 'https://a.example', enabled: false, functions: [fn], captures: [capture] };
    const before = { ...current, sites: [site] };
    const file = JSON.stringify({ ...exportSettings(before), sites: [{ ...site, enabled: true }] });
    expect(readImport('team.json', file, before, readManaged({}))).toMatchObject({
      changes: [
        ['changeSiteEnabled', { site: site.pattern }],
        ['changeFunctionStarts', { name: 'f', path: 'a.f' }],
        ['changeFingerprint', { name: 'f', fingerprint: 'function f(' }],
        ['changeCapture', { name: 'key', expression: 'this.key' }],
      ],
    });
  });

  it('shows another fingerprint of a function, and that there is none any more', () => {
    const withFingerprint = (fingerprint?: string): Settings => {
      const fn = { name: 'f', path: 'a.f', ...(fingerprint === undefined ? {} : { fingerprint }) };
      return { ...current, sites: [{ pattern: 'https://a.example', enabled: true, functions: [fn] }] };
    };
    const change = (before: Settings, after: Settings) =>
      readImport('team.json', JSON.stringify(exportSettings(after)), before, readManaged({}));
    expect(change(withFingerprint('old'), withFingerprint('new'))).toMatchObject({
      changes: [['changeFingerprint', { site: 'https://a.example', name: 'f', fingerprint: 'new' }]],
    });
    expect(change(withFingerprint('old'), withFingerprint())).toMatchObject({
      changes: [['changeFingerprintRemoved', { site: 'https://a.example', name: 'f' }]],
    });
  });

  it('shows hosts, paths and expressions without anything invisible', () => {
    const capture = { name: 'k', script: '/a.js', at: { text: 'x\ny' }, expression: 'a\u202e/*b*/' };
    const pattern = 'https://\u0430pple.example';
    const functions = [{ name: 'n', path: "a['\u200b']" }];
    const sites = [...current.sites, { pattern, enabled: true, functions, captures: [capture] }];
    const site = 'https://xn--pple-43d.example';
    expect(read({ ...exportSettings(current), sites })).toMatchObject({
      changes: [
        ['changeSiteAddedEnabled', { site }],
        ['changeFunctionAdded', { site, path: "a['\\u200b']" }],
        ['changeCapture', { site, expression: 'a\\u202e/*b*/', place: 'x\\u000ay' }],
      ],
    });
  });

  it('asks for the token again if it names another relay', () => {
    const other = { ...exportSettings(current), relayUrl: 'wss://other.example' };
    expect(read(other)).toMatchObject({ asksToken: true });
    expect(read(exportSettings(current))).toMatchObject({ asksToken: false });
    const managed = readManaged({ token: current.token });
    expect(readImport('team.json', JSON.stringify(other), current, managed)).toMatchObject({
      asksToken: false,
      changes: [
        ['changeRelayUrl', expect.anything()],
        ['changeTokenManaged', { relay: 'wss://other.example' }],
      ],
    });
    const without = { ...current, token: '' };
    expect(readImport('team.json', JSON.stringify(other), without, readManaged({}))).toMatchObject({
      asksToken: false,
    });
  });

  it('is rejected as a whole, with the place of the error', () => {
    expect(readImport('team.json', '{', current, readManaged({}))).toMatchObject({
      kind: 'not-json',
      file: 'team.json',
    });
    expect(read({ ...current, sites: [{ pattern: 'x', enabled: true, functions: [] }] })).toMatchObject({
      kind: 'invalid',
      place: 'sites[0].pattern',
    });
    expect(read(null)).toMatchObject({ kind: 'invalid', place: '' });
  });
});

describe('a manually edited import', () => {
  const site = { pattern: 'https://a.example', enabled: true, functions: [] };
  const capture = { name: 'sign', script: '/app.js', at: { text: 'function t(' }, expression: 't' };

  it.each<[string, object, string, object]>([
    ['at its top', { site: [] }, '', ['unknownFieldMeant', { field: '"site"', meant: '"sites"' }]],
    [
      'in a site',
      { sites: [{ ...site, function: [] }] },
      'sites[0]',
      ['unknownFieldMeant', { field: '"function"', meant: '"functions"' }],
    ],
    [
      'in a function',
      { sites: [{ ...site, functions: [{ name: 'f', path: 'f', x: 1 }] }] },
      'sites[0].functions[0]',
      ['unknownField', { field: '"x"' }],
    ],
    [
      'in the anchor of a capture',
      { sites: [{ ...site, captures: [{ ...capture, at: { line: 1, col: 2 } }] }] },
      'sites[0].captures[0].at',
      ['captureInvalid', { reason: 'unknown field "col" in at; did you mean "column"?' }],
    ],
  ])('is rejected for an unknown field, %s', (_where, change, place, text) => {
    expect(read({ ...exportSettings(current), ...change })).toMatchObject({ kind: 'invalid', place, text });
  });

  it('may begin with a byte order mark', () => {
    const text = `\ufeff${JSON.stringify(exportSettings(current))}`;
    expect(readImport('team.json', text, current, readManaged({}))).toMatchObject({ kind: 'readable', changes: [] });
  });
});

it('changes no setting from an administrator', () => {
  const managed = readManaged({ relayUrl: current.relayUrl });
  const text = JSON.stringify({ ...exportSettings(current), relayUrl: 'wss://other.test', clientId: 'other' });
  expect(readImport('team.json', text, current, managed)).toMatchObject({
    kind: 'readable',
    settings: { relayUrl: current.relayUrl, clientId: 'other' },
    changes: [expect.anything()],
  });
});
