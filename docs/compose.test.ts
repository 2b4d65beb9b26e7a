import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { Proxies } from '../server/config/proxies.ts';

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

interface Service {
  image?: string;
  environment?: Record<string, string>;
  ports?: string[];
  networks: string[] | Record<string, { ipv4_address: string }>;
  configs?: { source: string }[];
}
interface Compose {
  services: Record<string, Service>;
  networks: Record<string, { internal?: boolean; ipam?: { config: { subnet: string }[] } }>;
  configs: Record<string, { content: string }>;
}

// Its shape is what the tests below look at.
const compose = parse(read('compose.yaml'), { merge: true }) as Compose;
const relays = Object.entries(compose.services).filter(([name]) => name.startsWith('relay-'));

describe('compose.yaml', () => {
  it('has a bus, two relays, and what stands before them', () => {
    expect(Object.keys(compose.services)).toEqual(['nats', 'relay-1', 'relay-2', 'balancer']);
    for (const { image } of Object.values(compose.services))
      expect(image).toMatch(/^(pagewire|(nats|haproxy):\d[\d.]*)$/);
  });

  it('publishes the balancer alone, on this machine unless it is told otherwise', () => {
    const published = Object.entries(compose.services).filter(([, { ports }]) => ports);
    expect(published.map(([name]) => name)).toEqual(['balancer']);
    expect(compose.services.balancer?.ports?.join()).toMatch(/^\$\{PAGEWIRE_PUBLISH:-127\.0\.0\.1:9999\}:9999$/);
  });

  it('keeps the bus apart, with a password that somebody has to choose', () => {
    const onBus = Object.entries(compose.services).filter(
      ([, { networks }]) => Array.isArray(networks) && networks.includes('bus'),
    );
    expect(onBus.map(([name]) => name)).toEqual(['nats', 'relay-1', 'relay-2']);
    expect(compose.networks.bus).toEqual({ internal: true });
    for (const [, { environment }] of relays) expect(environment?.NATS_PASSWORD).toMatch(/^\$\{NATS_PASSWORD:\?/);
  });

  it('believes the balancer alone, whatever private address a caller has', () => {
    const withDefaults = (text = '') => text.replace(/\$\{\w+:-([^}]*)\}/g, '$1');
    const { networks } = compose.services.balancer ?? {};
    const balancer = Array.isArray(networks) ? undefined : withDefaults(networks?.front?.ipv4_address);
    expect(balancer).toMatch(/^172\.31\.254\.\d+$/);
    expect(withDefaults(compose.networks.front?.ipam?.config[0]?.subnet)).toBe('172.31.254.0/24');
    for (const [, { environment }] of relays) {
      const proxies = new Proxies(withDefaults(environment?.PAGEWIRE_TRUSTED_PROXIES).split(','));
      expect(proxies.isTrusted(balancer)).toBe(true);
      for (const caller of ['10.0.0.7', '172.17.0.1', '172.31.254.1', '172.31.254.130', '192.168.1.5', '127.0.0.1'])
        expect(proxies.isTrusted(caller)).toBe(false);
    }
    expect(compose.configs.balancer?.content).toContain('http-request del-header X-Forwarded- -m beg');
  });

  it('sets what the relay knows, and nothing else', () => {
    const help = read('server/cli.ts');
    for (const [, { environment }] of relays)
      for (const name of Object.keys(environment ?? {})) expect(help).toMatch(new RegExp(`\\b${name}\\b`));
  });

  it('balances between both, and asks each whether it is ready', () => {
    const config = compose.configs.balancer?.content ?? '';
    for (const [name] of relays) expect(config).toContain(`server ${name} ${name}:9999`);
    expect(config).toContain('uri /readyz');
    expect(compose.services.balancer?.configs?.[0]?.source).toBe('balancer');
  });
});
