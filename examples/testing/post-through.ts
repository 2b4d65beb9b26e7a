import { type IncomingHttpHeaders, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  /** Decompressed. */
  body: string;
}

/** Posts plain text through a proxy. */
export function postThrough(proxyPort: number, url: string, body: string, type = 'application/json'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = { Host: new URL(url).host, 'Content-Type': type };
    const sent = request({ host: '127.0.0.1', port: proxyPort, method: 'POST', path: url, headers }, (response) => {
      buffer(response).then((bytes) => {
        const { statusCode: status = 0, headers } = response;
        const plain = headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes;
        resolve({ status, headers, body: plain.toString() });
      }, reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
