import { afterEach, describe, expect, it } from 'vitest';
import { startTestRelay, type TestRelay } from '../testing/test-relay.ts';
import { queryToken } from './presented-tokens.ts';

describe('queryToken', () => {
  it.each<[string | undefined, string[]]>([
    [undefined, []],
    ['/', []],
    ['/?x=1', []],
    ['/?token=abc', ['abc']],
    ['/?x=1&token=a%2Bb', ['a+b']],
    ['/?token=a+b', ['a+b', 'a b']],
    ['/?token=a%20b', ['a b']],
    ['/?token=a?b', ['a?b']],
    ['/?token=a%b', ['a%b']],
    ['/?token=', ['']],
  ])('of %s is %j', (url, readings) => {
    expect(queryToken(url)).toEqual(readings);
  });
});

describe('a token in the query of a handshake', () => {
  let relay: TestRelay;
  afterEach(() => relay.close());

  it.each(['a+b/c=', 'a+b%2Fc%3D', 'a%2Bb%2Fc%3D'])('may contain a plus sign, escaped or not: %s', async (token) => {
    relay = await startTestRelay({ PAGEWIRE_CALLER_TOKEN: 'a+b/c=' });
    const caller = await relay.connect({ path: `/?token=${token}` });
    expect((await caller.decrypt('nobody', 1)).data.error.code).toBe('client_not_found');
  });

  it.each(['two+words', 'two%20words'])('may contain a space, encoded as in forms or URLs: %s', async (token) => {
    relay = await startTestRelay({ PAGEWIRE_CALLER_TOKEN: 'two words' });
    const caller = await relay.connect({ path: `/?token=${token}` });
    expect((await caller.decrypt('nobody', 1)).data.error.code).toBe('client_not_found');
  });

  it('counts as one guess for all readings', async () => {
    relay = await startTestRelay({ PAGEWIRE_CALLER_TOKEN: 'right' });
    const codes: number[] = [];
    for (let at = 0; at < 11; at++) codes.push((await (await relay.connect({ path: `/?token=w+${at}` })).closed).code);
    expect(codes).toEqual([...Array(10).fill(4401), 4429]);
  });

  it('is put into a snippet correctly', async () => {
    relay = await startTestRelay();
    const response = await fetch(`${relay.url}/snippet.js?clientId=a&path=b&token=a+b`);
    expect(await response.text()).toContain('/?token=a%2Bb"');
  });
});
