import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A WebSocket client of bytes, for what no library would send. */
export class RawSocket {
  readonly socket: Socket;
  /** The answer to the handshake, up to the empty line. */
  readonly handshake: string;

  /** What came with it. */
  readonly #first: Buffer;

  private constructor(socket: Socket, handshake: string, first: Buffer) {
    this.#first = first;
    this.socket = socket;
    this.handshake = handshake;
  }

  static async open(port: number, headers: Record<string, string> = {}): Promise<RawSocket> {
    const socket = connect(port, '127.0.0.1');
    const all = {
      Host: `127.0.0.1:${port}`,
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA==',
      ...headers,
    };
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`GET / HTTP/1.1\r\n${lines.join('')}\r\n`);
    const [answer] = await once(socket, 'data');
    socket.on('error', () => {});
    const end = answer.indexOf('\r\n\r\n') + 4;
    return new RawSocket(socket, answer.toString('latin1', 0, end), answer.subarray(end));
  }

  /** The code of the close frame that comes next; undefined where the connection just ends. */
  async closeCode(): Promise<number | undefined> {
    const heard: Buffer = Buffer.concat([this.#first, ...(await this.socket.toArray())]);
    // 0x88 is a close frame that is whole; a server does not mask.
    const at = heard.indexOf(0x88);
    return at < 0 ? undefined : heard.readUInt16BE(at + 2);
  }
}

/** A frame as its first byte (FIN, RSV, opcode) and its payload, masked with zeros. */
export function frame(first: number, payload: Buffer | string = '', length = Buffer.byteLength(payload)): Buffer {
  const head =
    length < 126 ? Buffer.from([first, 0x80 | length]) : Buffer.from([first, 0x80 | 127, 0, 0, 0, 0, 0, 0, 0, 0]);
  if (length >= 126) head.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([head, Buffer.alloc(4), Buffer.from(payload)]);
}
