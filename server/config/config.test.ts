import { describe, expect, it } from 'vitest';
import { readConfig } from './config.ts';

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
    [{ HOST: '127.0.0.1:9999' }, 'the host must be a name or an address'],
    [{ HOST: 'http://localhost' }, 'the host must be a name or an address'],
    [{ HOST: '[relay]' }, 'listening on relay would let anyone in'],
    [{ PORT: 'x' }, 'the port must be a number from 0 to 65535, not "x"'],
    [{ PORT: '65536' }, 'the port must be'],
    [{ PORT: '-1' }, 'the port must be'],
    [{ PORT: '1e3' }, 'the port must be'],
    [{ PAGEWIRE_OPEN: 'yes' }, 'PAGEWIRE_OPEN is 1'],
    [{ ALLOWED_ORIGINS: 'tools.example' }, 'ALLOWED_ORIGINS lists origins'],
    [{ ALLOWED_ORIGINS: 'https://tools.example/path' }, 'ALLOWED_ORIGINS lists origins'],
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
