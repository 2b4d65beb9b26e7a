import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { connect as connectNats } from '@nats-io/transport-node';
import { entryOf } from '../../server/config/token-entry.ts';
import { frame } from '../../server/testing/raw-socket.ts';
import { type Attacker, ends, TOKENS, times } from './attacker.ts';

/** Where things are that not every attack needs. */
export interface Place {
  readonly tokensFile: string;
  /** Undefined with one relay alone. */
  readonly natsUrl: string | undefined;
}

export interface Attack {
  /** As docs/security.md lists them. */
  readonly kind: string;
  readonly what: string;
  /** Two relays joined by NATS: those who are watched use the other one, too. */
  readonly nodes?: 2;
  round(attacker: Attacker, place: Place): Promise<void>;
}

const init = (clientId: string) => ({ type: 'init', data: { clientId } });
const secondInit = (clientId: string, functions: object[], instanceId = `${Math.random()}`) => ({
  type: 'init',
  data: {
    protocol: 2,
    clientId,
    instanceId,
    agent: { browser: 'x', browserVersion: '1', extensionVersion: '1' },
    functions,
  },
});
const call = (msgId: unknown, clientId: string, more: object = {}) => ({
  type: 'call',
  msgId,
  data: { clientId, fn: 'encrypt', args: [1], ...more },
});
const decrypt = (msg: unknown) => ({ type: 'decrypt', msgId: 1, data: { clientId: 'nobody', msg } });
const LARGE = [{ name: 'f', tabs: times(120, (tabId) => ({ tabId, url: 'x'.repeat(2_000) })) }];
const BODY = Buffer.alloc(5_000_000, 0x78);
const request = (line: string, ...fields: string[]) => `${[line, 'Host: localhost', ...fields].join('\r\n')}\r\n\r\n`;
const AS_CALLER = `Authorization: Bearer ${TOKENS.caller}`;

async function serveLarge(attacker: Attacker, count: number, clientId?: string): Promise<void> {
  const sockets = await attacker.sockets(count, 'client');
  await Promise.all(sockets.map((socket, at) => attacker.send(socket, secondInit(clientId ?? `large ${at}`, LARGE))));
}

async function frames(attacker: Attacker, token: 'client' | 'caller' | 'pattern', text: unknown): Promise<void> {
  await attacker.send(await attacker.socket(token), text);
}

export const ATTACKS: readonly Attack[] = [
  {
    kind: 'handshakes',
    what: '300 that come and go',
    round: async (attacker) => void (await attacker.sockets(300, 'caller')),
  },
  {
    kind: 'handshakes',
    what: '300 that never end',
    round: async (attacker) => {
      for (const socket of times(300, () => attacker.raw('GET / HTTP/1.1\r\nHost: loc'))) await ends(drained(socket));
    },
  },
  {
    kind: 'heads',
    what: '200 of 15 kB, and of nonsense',
    round: async (attacker) => {
      const heads = [
        request('GET /healthz HTTP/1.1', `X: ${'x'.repeat(15_000)}`),
        randomBytes(2_000),
        'GET'.repeat(9_000),
      ];
      await Promise.all(times(200, (at) => ends(drained(attacker.raw(heads[at % 3] ?? '')))));
    },
  },
  {
    kind: 'frames',
    what: '20,000 inits in each of two',
    round: async (attacker) => {
      await Promise.all(
        times(2, () =>
          frames(
            attacker,
            'client',
            times(20_000, (at) => init(`i${at}`)),
          ),
        ),
      );
    },
  },
  {
    kind: 'frames',
    what: 'arrays over 1 MiB, and 60,000 messages that are none',
    round: async (attacker) => {
      await frames(attacker, 'client', `[${'{},'.repeat(5_000_000)}{}]`);
      await frames(attacker, 'client', `[${'1,'.repeat(60_000)}1]`);
    },
  },
  {
    kind: 'frames',
    what: 'millions of objects, arrays, names',
    round: async (attacker) => {
      const names = times(1_000_000, (at) => `"k${at}":0`).join();
      const shapes = [`{${names}}`, `[${'{},'.repeat(5e6)}1]`, `[${'0,'.repeat(8e6)}1]`, '['.repeat(8e6)];
      for (const shape of shapes)
        await frames(attacker, 'caller', `{"type":"decrypt","data":{"clientId":"nobody","msg":${shape}}}`);
    },
  },
  {
    kind: 'frames',
    what: '60 of 15 MB that never come whole',
    round: async (attacker) => {
      const part = frame(0x81, Buffer.alloc(15_000_000, 0x78), 16_000_000);
      const key = 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==';
      const fields = ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13', key, AS_CALLER];
      const upgrade = Buffer.from(request('GET / HTTP/1.1', ...fields));
      await Promise.all(times(60, () => ends(drained(attacker.raw(Buffer.concat([upgrade, part]))))));
    },
  },
  {
    kind: 'fields',
    what: '100 clients with all functions that they may announce, and with 16 MB',
    round: async (attacker) => {
      await serveLarge(attacker, 100);
      const tabs = [{ tabId: 1, url: 'x'.repeat(15_000_000) }];
      await frames(attacker, 'client', secondInit('huge', [{ name: 'f', tabs }]));
      await attacker.fetch('/api/clients', { headers: { authorization: `Bearer ${TOKENS.caller}` } });
    },
  },
  {
    kind: 'ids',
    what: '100 calls with ids of 1 MB',
    round: async (attacker) => {
      const socket = await attacker.socket('caller');
      await attacker.send(socket, ...times(100, (at) => call(`${at}`.padEnd(1_000_000, 'x'), 'nobody')));
    },
  },
  {
    kind: 'tokens',
    what: 'guesses beside a valid one, many in a handshake, and by HTTP',
    round: async (attacker) => {
      const path = `/?token=${times(800, (at) => `guess-${at}`).join('&token=')}`;
      await Promise.all(times(50, () => attacker.socket('caller', path)));
      const headers = () => ({ authorization: `Bearer ${Math.random()}` });
      await Promise.all(times(100, () => attacker.fetch('/api/clients', { headers: headers() })));
    },
  },
  {
    kind: 'patterns',
    what: '4,000 clientIds chosen for one',
    round: (attacker) =>
      frames(
        attacker,
        'pattern',
        times(4_000, () => init('-'.repeat(200))),
      ),
  },
  {
    kind: 'logs',
    what: '10,000 calls of nobody, and names that a terminal acts on',
    round: (attacker) =>
      frames(
        attacker,
        'caller',
        times(9_000, (at) => call(at, '\u001b[2J\u202e')),
      ),
  },
  {
    kind: 'lists',
    what: 'thousands in a frame, of 30 large clients',
    nodes: 2,
    round: async (attacker) => {
      await serveLarge(attacker, 30);
      const list = times(20_000, () => ({ type: 'list', msgId: 1 }));
      await Promise.all(times(3, () => frames(attacker, 'caller', list)));
      const narrow = await attacker.socket('narrow');
      await attacker.send(narrow, list);
    },
  },
  {
    kind: 'watches',
    what: 'thousands that begin and end, of 30 large clients',
    nodes: 2,
    round: async (attacker) => {
      await serveLarge(attacker, 30);
      const pair = [
        { type: 'watch', msgId: 1 },
        { type: 'cancel', msgId: 1 },
      ];
      await Promise.all(times(3, () => frames(attacker, 'caller', times(8_000, () => pair).flat())));
    },
  },
  {
    kind: 'bodies',
    what: '100 of 5 MB without a token, and to no route',
    round: async (attacker) => {
      const head = (path: string) =>
        request(`POST ${path} HTTP/1.1`, 'Content-Type: application/json', `Content-Length: ${BODY.length + 1}`);
      const paths = ['/nothing', '/api/clients', '/api/clients/shop/functions/encrypt'];
      const sockets = times(100, (at) => attacker.raw(head(paths[at % 3] ?? '')));
      for (const socket of sockets) socket.write(BODY);
      await Promise.all(sockets.map((socket) => ends(drained(socket))));
    },
  },
  {
    kind: 'pipelines',
    what: '20 connections of 500 lists and calls each that hang up',
    round: async (attacker) => {
      const list = request('GET /api/clients HTTP/1.1', AS_CALLER).repeat(250);
      const fields = ['Content-Type: application/json', 'Content-Length: 2', AS_CALLER];
      const calls = `${request('POST /api/clients/nobody/functions/encrypt HTTP/1.1', ...fields)}{}`.repeat(250);
      const sockets = times(20, () => attacker.raw(list + calls));
      await Promise.all(sockets.map((socket) => ends(drained(socket))));
    },
  },
  {
    kind: 'pools',
    what: '200 clients of one clientId, and 2,000 calls that none serves',
    round: async (attacker) => {
      const tabs = [{ tabId: 1, url: 'https://shop.example/'.padEnd(2_000, 'x') }];
      const sockets = await attacker.sockets(200, 'client');
      await Promise.all(
        sockets.map((socket) => attacker.send(socket, secondInit('pool', [{ name: 'encrypt', tabs }]))),
      );
      const target = { url: `${tabs[0]?.url}y`.slice(-2_000) };
      const calls = times(400, (at) => call(at, 'pool', { target }));
      for (let frameCount = 0; frameCount < 5; frameCount++) await frames(attacker, 'caller', calls);
    },
  },
  {
    kind: 'files',
    what: 'a tokens file of 4,000 entries that changes, and paths that lead out',
    round: async (attacker, { tokensFile }) => {
      await writeFile(tokensFile, tokensText(4_000));
      await Promise.all(times(50, () => attacker.fetch(`/assets/${'..%2f'.repeat(50)}etc/passwd`)));
      await Promise.all(times(50, () => ends(drained(attacker.raw(request(`GET /${'../'.repeat(999)} HTTP/1.1`))))));
      await writeFile(tokensFile, tokensText());
    },
  },
  {
    kind: 'bus',
    what: 'nonsense on the bus, and calls that go to the other node',
    nodes: 2,
    round: async (attacker, { natsUrl }) => {
      const nats = await connectNats({ servers: natsUrl ?? '' });
      for (const subject of ['hello', 'all', 'locate', 'node.x'])
        for (const payload of ['{', '[]', 'x'.repeat(500_000), '['.repeat(100_000)])
          for (let sent = 0; sent < 20; sent++) nats.publish(`pagewire.v1.${subject}`, payload);
      await nats.flush();
      await nats.close();
      await frames(
        attacker,
        'caller',
        times(2_000, (at) => call(at, `elsewhere ${at}`)),
      );
    },
  },
  {
    kind: 'logs',
    what: '20,000 frames that can’t be read',
    round: (attacker) =>
      frames(attacker, 'caller', `[${times(20_000, () => JSON.stringify(decrypt(1)).slice(0, 20)).join()}`),
  },
];

/** The tokens of all who take part, and as many more as wanted. */
export function tokensText(more = 0): string {
  const everybody = [
    entryOf(TOKENS.client, { name: 'client', role: 'client' }),
    entryOf(TOKENS.caller, { name: 'caller', role: 'caller' }),
    entryOf(TOKENS.narrow, { name: 'narrow', role: 'caller', clients: ['no-client-at-all'] }),
    entryOf(TOKENS.pattern, { name: 'pattern', role: 'client', clients: [`${'*-'.repeat(20)}prod`] }),
  ];
  const others = times(more, (at) => entryOf(`${at} ${Math.random()}`, { name: `other ${at}`, role: 'caller' }));
  return JSON.stringify({ tokens: [...everybody, ...others] });
}

/** Until all has been sent, or nothing more can be. */
function drained(socket: import('node:net').Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.once('close', resolve);
    socket.write('', () => resolve());
  });
}
