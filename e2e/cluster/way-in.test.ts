import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { startTestRelay, type TestRelay } from '../../server/testing/test-relay.ts';
import { makeCertificate } from '../site/certificate.ts';
import { makeCredentials } from './nats-credentials.ts';
import { NatsServer } from './nats-server.ts';

const path = inject('natsServer');

describe.skipIf(path === '')('a relay connects to NATS', () => {
  let folder = '';
  let server: NatsServer | undefined;
  let relay: TestRelay | undefined;
  let log: string[] = [];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pagewire-way-in-'));
  });
  afterAll(() => rm(folder, { recursive: true }));
  afterEach(async () => {
    await relay?.close();
    await server?.remove();
  });

  const start = async (config: string, env: Record<string, string>, scheme = 'nats') => {
    log = [];
    server = await NatsServer.start(path, config);
    const NATS_URL = `${scheme}://127.0.0.1:${server.port}`;
    relay = await startTestRelay({ NATS_URL, ...env }, {}, pino({}, { write: (line) => void log.push(line) }));
  };
  const status = async () => (await fetch(`${relay?.url}/readyz`)).status;
  const getsIn = () => expect.poll(status).toBe(200);
  const staysOut = async (why: string) => {
    await expect.poll(() => log.join('')).toContain(why);
    expect(await status()).toBe(503);
  };
  const fileOf = async (name: string, text: string) => {
    await writeFile(join(folder, name), text);
    return join(folder, name);
  };

  const WITH_PASSWORD = 'authorization: { user: relay, password: "s3cret pass" }';

  it('with user and password', async () => {
    await start(WITH_PASSWORD, { NATS_USER: 'relay', NATS_PASSWORD: 's3cret pass' });
    await getsIn();
  });

  it('with a token', async () => {
    await start('authorization: { token: "s3cret-token" }', { NATS_TOKEN: 's3cret-token' });
    await getsIn();
  });

  it('with a credentials file', async () => {
    const { config, file } = makeCredentials();
    await start(config, { NATS_CREDS: await fileOf('relay.creds', file) });
    await getsIn();
  });

  it('only with the right password, and logs a failure once', async () => {
    await start(WITH_PASSWORD, { NATS_USER: 'relay', NATS_PASSWORD: 'wr0ng' });
    await staysOut('NATS does not let this relay in: look at its credentials');
    // It keeps retrying.
    await expect
      .poll(() => server?.output.match(/authentication error/g)?.length, { timeout: 30_000 })
      .toBeGreaterThan(2);
    expect(log.filter((line) => line.includes('no connection to NATS'))).toHaveLength(1);
    expect(log.join('')).not.toMatch(/wr0ng|s3cret/);
  });

  it('over TLS to a server with a trusted certificate', async () => {
    const { key, cert } = await makeCertificate();
    const [certFile, keyFile] = [await fileOf('cert.pem', cert), await fileOf('key.pem', key)];
    const config = `tls: { cert_file: "${certFile}", key_file: "${keyFile}" }`;
    await start(config, { NATS_TLS_CA: certFile }, 'tls');
    await getsIn();
  });

  it('not to a server with an untrusted certificate', async () => {
    const { key, cert } = await makeCertificate();
    const [certFile, keyFile] = [await fileOf('cert.pem', cert), await fileOf('key.pem', key)];
    await start(`tls: { cert_file: "${certFile}", key_file: "${keyFile}" }`, {}, 'tls');
    await staysOut('certificate');
  });

  it('with a client certificate if the server requires one', async () => {
    const { key, cert } = await makeCertificate();
    const [certFile, keyFile] = [await fileOf('cert.pem', cert), await fileOf('key.pem', key)];
    const config = `tls: { cert_file: "${certFile}", key_file: "${keyFile}", ca_file: "${certFile}", verify: true }`;
    await start(config, { NATS_TLS_CA: certFile, NATS_TLS_CERT: certFile, NATS_TLS_KEY: keyFile }, 'tls');
    await getsIn();
  });

  it('with the permissions in docs/cluster.md only', async () => {
    const rights = '{ publish: ["pagewire.>"], subscribe: ["pagewire.>"] }';
    await start(`authorization: { users: [{ user: relay, password: pw, permissions: ${rights} }] }`, {
      NATS_USER: 'relay',
      NATS_PASSWORD: 'pw',
    });
    await getsIn();
    await (await relay?.connect())?.serve('shop');
    expect(log.join('')).not.toContain('NATS reported an error');
  });
});
