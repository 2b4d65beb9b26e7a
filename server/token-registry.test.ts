import { describe, expect, it } from 'vitest';
import { entryOf, makeToken, parseTokensFile, TokenRegistry } from './token-registry.ts';

const now = Date.parse('2026-06-01T00:00:00Z');

describe('TokenRegistry', () => {
  it('knows a made token by its hash alone, with its role and name', () => {
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

  it('lets a token in until it expires', () => {
    const registry = new TokenRegistry([
      entryOf('t', { name: 'a', role: 'caller', expires: '2026-06-01T02:00:00+02:00' }),
    ]);
    expect(registry.find('t', now - 1)).toHaveLength(1);
    expect(registry.find('t', now)).toEqual([]);
    expect(registry.isEmpty).toBe(false);
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
  ])('with the patterns %j it may reach %s: %s', (clients, clientId, expected) => {
    const registry = new TokenRegistry([entryOf('t', { name: 'a', role: 'client', ...(clients ? { clients } : {}) })]);
    expect(registry.find('t', now)[0]?.mayReach(clientId)).toBe(expected);
  });

  it('refuses two tokens of one name, and gives one token both roles where it is listed twice', () => {
    const client = entryOf('a', { name: 'x', role: 'client' });
    expect(() => new TokenRegistry([client, entryOf('b', { name: 'x', role: 'client' })])).toThrow(
      'two tokens are named x',
    );
    const both = new TokenRegistry([client, entryOf('a', { name: 'y', role: 'caller' })]);
    expect(both.find('a', now).map(({ role }) => role)).toEqual(['client', 'caller']);
  });

  it.each(['', '{', '[]', '{"tokens":[{"name":"x"}]}', '{"tokens":[{"name":"x","role":"root","sha256":""}]}'])(
    'refuses the file %j without quoting it',
    (text) => {
      expect(() => parseTokensFile(text)).toThrow(expect.objectContaining({ code: 'bad_request' }));
    },
  );
});
