import { describe, expect, it } from 'vitest';
import { entryOf, parseTokensFile, type TokenEntry } from '../config/token-entry.ts';
import { makeToken, TokenRegistry } from './token-registry.ts';

const now = Date.parse('2026-06-01T00:00:00Z');

describe('TokenRegistry', () => {
  it('recognizes a token by its hash, with role and name', () => {
    const { token, entry } = makeToken({ name: 'ci', role: 'caller' });
    expect(JSON.stringify(entry)).not.toContain(token);
    const registry = new TokenRegistry(parseTokensFile(JSON.stringify({ tokens: [entry] })));
    expect(registry.find(token, now)).toMatchObject([{ name: 'ci', role: 'caller' }]);
    expect(registry.find(`${token}x`, now)).toEqual([]);
    expect(registry.find('', now)).toEqual([]);
  });

  it('never makes the same token twice', () => {
    const tokens = Array.from({ length: 50 }, () => makeToken({ name: 'a', role: 'client' }).token);
    expect(new Set(tokens).size).toBe(50);
    for (const token of tokens) expect(token).toMatch(/^pw_[\w-]{43}$/);
  });

  it('accepts a token until it expires', () => {
    const registry = new TokenRegistry([
      entryOf('t', { name: 'a', role: 'caller', expires: '2026-06-01T02:00:00+02:00' }),
    ]);
    expect(registry.find('t', now - 1)).toHaveLength(1);
    expect(registry.find('t', now)).toEqual([]);
    expect(registry.isOpen).toBe(false);
  });

  it.each([
    [undefined, 'anything', true],
    [['shop-*'], 'shop-1', true],
    [['shop-*'], 'xshop-1', false],
    [['a.b'], 'aXb', false],
    [['*-eu', 'qa'], 'qa', true],
    [['*-eu', 'qa'], 'de-eu', true],
    [['*'], '', true],
    [[], 'shop', false],
    [['a*a'], 'a', false],
    [['a*a'], 'aa', true],
    [['*ab*ab*b'], 'xababb', true],
    [['*ab*ab*b'], 'xabab', false],
    [['**'], 'line\nend', true],
  ])('with the patterns %j it may reach %s: %s', (clients, clientId, expected) => {
    const registry = new TokenRegistry([entryOf('t', { name: 'a', role: 'client', ...(clients ? { clients } : {}) })]);
    expect(registry.find('t', now)[0]?.mayReach(clientId)).toBe(expected);
  });

  it('matches in linear time, also a hostile clientId', () => {
    const clients = [`${'*-'.repeat(30)}*-prod`];
    const registry = new TokenRegistry([entryOf('t', { name: 'a', role: 'client', clients })]);
    const [known] = registry.find('t', now);
    const startedAt = performance.now();
    for (let times = 0; times < 1_000; times++) known?.mayReach('-'.repeat(200));
    // Backtracking over each `*` would never finish, even once.
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });

  it('rejects two tokens of one name, and gives a token listed twice both roles', () => {
    const client = entryOf('a', { name: 'x', role: 'client' });
    expect(() => new TokenRegistry([client, entryOf('b', { name: 'x', role: 'client' })])).toThrow(
      'two tokens are named x',
    );
    const both = new TokenRegistry([client, entryOf('a', { name: 'y', role: 'caller' })]);
    expect(both.find('a', now).map(({ role }) => role)).toEqual(['client', 'caller']);
  });

  it('keeps grants while their entry stays, and distinguishes changed from removed entries', () => {
    const [same, narrowed, removed] = ['same', 'narrowed', 'removed'].map((name) =>
      entryOf(name, { name, role: 'caller' }),
    ) as [TokenEntry, TokenEntry, TokenEntry];
    const registry = new TokenRegistry([same, narrowed, removed]);
    const known = ['same', 'narrowed', 'removed'].flatMap((token) => registry.find(token, now));
    registry.replace([{ ...same }, { ...narrowed, clients: ['shop'] }]);
    expect(known.map((token) => token.standing(now))).toEqual(['valid', 'changed', 'gone']);
    expect(registry.find('narrowed', now)[0]?.mayReach('bank')).toBe(false);
    expect(registry.find('removed', now)).toEqual([]);
  });

  it('replaces thousands of entries in time that grows with their number alone', () => {
    const entries = Array.from({ length: 4_000 }, (_, index) =>
      entryOf(`${index}`, { name: `name ${index}`, role: 'caller', clients: [`${index}-*`, 'shop'] }),
    );
    const registry = new TokenRegistry(entries);
    const startedAt = performance.now();
    registry.replace(entries.map((entry, index) => (index % 2 ? { ...entry } : { ...entry, clients: ['shop'] })));
    // Without the index it took 34 s. The bound leaves room for a busy machine.
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });

  it('ends grants when their token expires', () => {
    const expires = new Date(now).toISOString();
    const registry = new TokenRegistry([entryOf('t', { name: 'a', role: 'caller', expires })]);
    const [known] = registry.find('t', now - 1);
    expect([known?.standing(now - 1), known?.standing(now)]).toEqual(['valid', 'gone']);
  });

  it('does not open the relay when the last token is removed', () => {
    const registry = new TokenRegistry([entryOf('t', { name: 'a', role: 'caller' })]);
    registry.replace([]);
    expect(registry.isOpen).toBe(false);
    expect(new TokenRegistry([], { required: true }).isOpen).toBe(false);
    expect(new TokenRegistry([]).isOpen).toBe(true);
  });

  it('is unchanged if new entries are rejected', () => {
    const entry = entryOf('t', { name: 'a', role: 'caller' });
    const registry = new TokenRegistry([entry]);
    expect(() => registry.replace([entry, entry])).toThrow('two tokens are named a');
    expect(registry.find('t', now)).toHaveLength(1);
  });

  it.each(['', '{', '[]', '{"tokens":[{"name":"x"}]}', '{"tokens":[{"name":"x","role":"root","sha256":""}]}'])(
    'rejects the file %j without quoting it',
    (text) => {
      expect(() => parseTokensFile(text)).toThrow(expect.objectContaining({ code: 'bad_request' }));
    },
  );
});
