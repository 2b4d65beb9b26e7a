import { afterAll, beforeAll, describe, inject } from 'vitest';
import { NatsBus } from '../../server/cluster/bus/nats-bus.ts';
import { silentLog } from '../../server/observability/log.ts';
import { describeNodes } from '../../server/testing/describe-nodes.ts';
import { NatsServer } from './nats-server.ts';

const path = inject('natsServer');

describe.skipIf(path === '')('with a real nats-server', () => {
  let server: NatsServer;
  beforeAll(async () => {
    server = await NatsServer.start(path);
  });
  afterAll(() => server.remove());

  describeNodes('nodes joined by it', () => {
    const login = { by: 'nothing' } as const;
    return new NatsBus({ servers: [server.url], login, tls: undefined }, silentLog());
  });
});

describe.skipIf(path === '')('with a nats-server that carries 64 kB', () => {
  let server: NatsServer;
  beforeAll(async () => {
    server = await NatsServer.start(path, 'max_payload: 65536');
  });
  afterAll(() => server.remove());

  describeNodes('nodes joined by it', () => {
    const login = { by: 'nothing' } as const;
    return new NatsBus({ servers: [server.url], login, tls: undefined }, silentLog());
  });
});
