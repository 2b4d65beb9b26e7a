import { expect, it } from 'vitest';
import { socketUrl } from './socket-url.ts';

it('uses the host of the page, with TLS if the page has it', () => {
  expect(socketUrl({ protocol: 'http:', host: '127.0.0.1:9999', pathname: '/' })).toBe('ws://127.0.0.1:9999/');
  expect(socketUrl({ protocol: 'https:', host: 'relay.example', pathname: '/' }, 'a+b')).toBe(
    'wss://relay.example/?token=a%2Bb',
  );
});

it('keeps the path prefix of a proxy', () => {
  const place = { protocol: 'https:', host: 'tools.example' };
  expect(socketUrl({ ...place, pathname: '/pagewire/' })).toBe('wss://tools.example/pagewire/');
  expect(socketUrl({ ...place, pathname: '/pagewire/index.html' })).toBe('wss://tools.example/pagewire/');
});
