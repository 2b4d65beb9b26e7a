import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from './config.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pagewire-nats-'));
  writeFileSync(join(folder, 'ca.pem'), '-----BEGIN CERTIFICATE-----\n');
  writeFileSync(join(folder, 'relay.creds'), '-----BEGIN NATS USER JWT-----\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

const settings = (env: Record<string, string>) => readConfig(env).nats;

describe('the NATS settings', () => {
  it('are absent without NATS_URL', () => {
    expect(settings({})).toBeUndefined();
    expect(settings({ NATS_URL: ' ' })).toBeUndefined();
  });

  it('contain one or several servers and the credentials', () => {
    expect(settings({ NATS_URL: 'nats://a:4222, nats://b:4222' })).toEqual({
      servers: ['nats://a:4222', 'nats://b:4222'],
      login: { by: 'nothing' },
      tls: undefined,
    });
    const NATS_URL = 'nats://nats';
    expect(settings({ NATS_URL, NATS_USER: 'relay', NATS_PASSWORD: 'pw' })?.login).toEqual({
      by: 'password',
      user: 'relay',
      password: 'pw',
    });
    expect(settings({ NATS_URL, NATS_TOKEN: 't' })?.login).toEqual({ by: 'token', token: 't' });
    expect(settings({ NATS_URL, NATS_CREDS: join(folder, 'relay.creds') })?.login.by).toBe('credentials');
  });

  it('require TLS by the URL or by a file', () => {
    expect(settings({ NATS_URL: 'tls://nats' })?.tls).toEqual({});
    expect(settings({ NATS_URL: 'nats://nats', NATS_TLS_CA: join(folder, 'ca.pem') })?.tls).toEqual({
      ca: '-----BEGIN CERTIFICATE-----\n',
    });
  });

  it.each([
    [{ NATS_URL: 'nats' }, 'NATS_URL is a nats:// or tls:// URL'],
    [{ NATS_URL: 'http://nats:4222' }, 'NATS_URL is a nats:// or tls:// URL'],
    [{ NATS_URL: 'nats://a:4222/x' }, 'NATS_URL is a nats:// or tls:// URL'],
    [{ NATS_URL: 'nats://a:4222,' }, 'NATS_URL is a nats:// or tls:// URL'],
    [{ NATS_URL: 'nats://relay:secret@nats' }, 'NATS_URL takes no user or password'],
    [{ NATS_URL: 'nats://nats', NATS_USER: 'relay' }, 'NATS_USER and NATS_PASSWORD go together'],
    [{ NATS_URL: 'nats://nats', NATS_PASSWORD: 'x' }, 'NATS_USER and NATS_PASSWORD go together'],
    [{ NATS_URL: 'nats://nats', NATS_TOKEN: 'x', NATS_USER: 'y' }, 'set one of NATS_USER'],
    [{ NATS_URL: 'nats://nats', NATS_CREDS: '/none.creds' }, "NATS_CREDS: can't read /none.creds"],
    [{ NATS_URL: 'nats://nats', NATS_CREDS: '/etc/hostname' }, 'NATS_CREDS: /etc/hostname is no credentials file'],
    [{ NATS_URL: 'nats://nats', NATS_TLS_CA: '/none.pem' }, "NATS_TLS_CA: can't read /none.pem"],
    [{ NATS_URL: 'nats://nats', NATS_TLS_CA: '/etc/hostname' }, 'NATS_TLS_CA: /etc/hostname is no PEM file'],
    [{ NATS_TOKEN: 'x' }, 'NATS_TOKEN is set, but not NATS_URL'],
  ])('are rejected with one line: %o', (env, message) => {
    expect(() => readConfig(env)).toThrow(message);
    expect(() => readConfig(env)).not.toThrow(/secret|\n/);
  });

  it('need both certificate and key', () => {
    const NATS_TLS_CERT = join(folder, 'ca.pem');
    expect(() => readConfig({ NATS_URL: 'nats://nats', NATS_TLS_CERT })).toThrow(
      'NATS_TLS_CERT and NATS_TLS_KEY go together',
    );
  });
});
