import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { SECURITY_HEADERS } from './security-headers.ts';

const STATUS: Record<string, number | undefined> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_HEADER_OVERFLOW: 431,
};

/** Answers malformed HTTP, or headers that took too long, and closes the connection. */
export function answerClientError({ code }: NodeJS.ErrnoException, socket: Socket): void {
  const status = STATUS[code ?? ''] ?? 400;
  const title = STATUS_CODES[status];
  const body = JSON.stringify({ type: 'about:blank', title, status, code: 'bad_request' });
  const headers = Object.entries({
    ...SECURITY_HEADERS,
    connection: 'close',
    'content-type': 'application/problem+json',
    'content-length': body.length,
  });
  const head = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  if (code !== 'ECONNRESET' && socket.writable) socket.write(`HTTP/1.1 ${status} ${title}\r\n${head}\r\n${body}`);
  socket.destroy();
}
