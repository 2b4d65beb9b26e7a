import { expect, it } from 'vitest';
import { socketUrl } from './socket-url.ts';

it('is where the page came from, by WebSocket, with TLS where the page had it', () => {
  expect(socketUrl({ protocol: 'http:', host: '127.0.0.1:9999' })).toBe('ws://127.0.0.1:9999/');
  expect(socketUrl({ protocol: 'https:', host: 'relay.example' }, 'a+b')).toBe('wss://relay.example/?token=a%2Bb');
});
