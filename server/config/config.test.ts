import { describe, expect, it } from 'vitest';
import { readConfig } from './config.ts';
import { wordMisspelt } from './settings.ts';

describe('readConfig', () => {
  it('defaults to loopback and port 9999; flags override the environment', () => {
    expect(readConfig({})).toMatchObject({
      host: '127.0.0.1',
      port: 9999,
      open: 'closed',
      tokens: [],
      timeoutMs: 30_000,
    });
    expect(readConfig({ HOST: ' ', PORT: '' })).toMatchObject({ host: '127.0.0.1', port: 9999 });
    expect(readConfig({ HOST: '::1', PORT: '80' }, { port: '0' })).toMatchObject({ host: '::1', port: 0 });
  });

  it('limits the send buffer per connection and for all', () => {
    const MIB = 1024 * 1024;
    expect(readConfig({})).toMatchObject({ maxUnread: 64 * MIB, maxUnreadInAll: 512 * MIB });
    expect(readConfig({ PAGEWIRE_MAX_UNREAD_BYTES: '1000', PAGEWIRE_MAX_UNREAD_BYTES_IN_ALL: '2000' })).toMatchObject({
      maxUnread: 1_000,
      maxUnreadInAll: 2_000,
    });
  });

  it.each([
    [{ PAGEWIRE_MAX_UNREAD_BYTES_IN_ALL: '0' }, 'PAGEWIRE_MAX_UNREAD_BYTES_IN_ALL must be a whole number above 0'],
    [{ PAGEWIRE_MAX_UNREAD_BYTES_IN_ALL: '1e9' }, 'PAGEWIRE_MAX_UNREAD_BYTES_IN_ALL must be a whole number above 0'],
    [{ PAGEWIRE_DRAIN_SECONDS: '2147484' }, 'PAGEWIRE_DRAIN_SECONDS must be a whole number from 1 to 86400'],
    [{ HOST: '127.0.0.1:9999' }, 'HOST must be a name or an address'],
    [{ HOST: 'http://localhost' }, 'HOST must be a name or an address'],
    [{ HOST: '[relay]' }, 'listening on relay would let anyone in'],
    [{ PORT: 'x' }, 'PORT must be a number from 0 to 65535, not "x"'],
    [{ PORT: '65536' }, 'PORT must be'],
    [{ PORT: '-1' }, 'PORT must be'],
    [{ PORT: '1e3' }, 'PORT must be'],
    [{ PAGEWIRE_OPEN: 'yes' }, 'PAGEWIRE_OPEN must be 1'],
    [{ ALLOWED_ORIGINS: 'tools.example' }, 'ALLOWED_ORIGINS[0] must be an origin'],
    [{ ALLOWED_ORIGINS: 'https://tools.example/path' }, 'ALLOWED_ORIGINS[0] must be an origin'],
  ])('refuses %o', (env, message) => {
    expect(() => readConfig(env)).toThrow(message);
  });

  it.each(['0.0.0.0', '::', '192.168.1.5', 'relay.example'])('does not open %s to anyone by accident', (HOST) => {
    expect(() => readConfig({ HOST })).toThrow(/PAGEWIRE_CLIENT_TOKEN.*PAGEWIRE_OPEN=1/);
    expect(readConfig({ HOST, PAGEWIRE_OPEN: '1' }).open).toBe('private');
    expect(readConfig({ HOST, PAGEWIRE_OPEN: 'public' }).open).toBe('public');
    expect(readConfig({ HOST, PAGEWIRE_CALLER_TOKEN: 'x' }).open).toBe('closed');
  });

  it.each([
    ['[::1]', '::1'],
    ['[::ffff:127.0.0.1]', '::ffff:127.0.0.1'],
  ])('accepts %s in URL notation', (HOST, host) => {
    expect(readConfig({ HOST }).host).toBe(host);
    expect(readConfig({}, { host: HOST }).host).toBe(host);
  });

  it.each(['localhost', '127.0.0.1', '127.1.2.3', '::1', '::ffff:127.0.0.1'])('accepts %s', (HOST) => {
    expect(readConfig({ HOST }).host).toBe(HOST);
  });
});

describe('a misspelt environment variable', () => {
  it.each([
    ['ALLOWED_ORIGIN', 'ALLOWED_ORIGINS'],
    ['ALOWED_HOSTS', 'ALLOWED_HOSTS'],
    ['allowed_hosts', 'ALLOWED_HOSTS'],
    ['PAGEWIRE_CALER_TOKEN', 'PAGEWIRE_CALLER_TOKEN'],
    ['PAGEWIRE_TRUSTED_PROXY', 'PAGEWIRE_TRUSTED_PROXIES'],
    ['TLS_KEYS', 'TLS_KEY'],
    ['NATS_PASSWD', 'NATS_PASSWORD'],
  ])('is named with the right one: %s', (name, meant) => {
    expect(wordMisspelt({ [name]: 'a secret' })).toEqual([
      `the environment variable ${name} is unknown and ignored; did you mean ${meant}?`,
    ]);
  });

  it('is named alone if nothing resembles it', () => {
    expect(wordMisspelt({ PAGEWIRE_BANANA: '1' })).toEqual([
      'the environment variable PAGEWIRE_BANANA is unknown and ignored',
    ]);
  });

  it('is none of the variables of other programs', () => {
    const names = ['HOSTNAME', 'PATH', 'HOME', 'PORTS', 'TERM', 'NATS_PORT', 'NATS_SERVICE_HOST', 'TLS', 'TZDIR'];
    const ours = ['HOST', 'TZ', 'PAGEWIRE_RELAY', 'ALLOWED_ORIGINS'];
    expect(wordMisspelt(Object.fromEntries([...names, ...ours].map((name) => [name, 'x'])))).toEqual([]);
  });
});
