import { describe, expect, it } from 'vitest';
import { applySteps } from './apply-steps.ts';
import { GalaxyRequest, messageOf } from './galaxy-message.ts';
import { readRules } from './rules.ts';

const request = (query: Record<string, string[]>) =>
  messageOf(
    GalaxyRequest.parse({
      secure: true,
      host: 'shop.example',
      port: 443,
      version: 'HTTP/1.1',
      method: 'GET',
      path: '/',
      query,
      headers: {},
    }),
  );

function apply(rule: object, query: Record<string, string[]>) {
  const defaults = { hosts: '*', on: 'request', client: 'shop', function: 'encrypt' };
  const { rules } = readRules(JSON.stringify({ rules: [{ ...defaults, ...rule }] }));
  const steps = rules.map(({ step }) => step);
  return applySteps(steps, request(query), async (_client, _fn, [text]) => `<${text}>`);
}

describe('a query from Galaxy', () => {
  it('is changed if it is UTF-8', async () => {
    expect((await apply({ take: 'query:name' }, { name: ['张'] })).query).toBe('name=%3C%E5%BC%A0%3E');
  });

  it.each([
    ['in which bytes are lost', { take: 'query:name' }, { name: ['\ufffd\ufffd'] }],
    ['in which bytes of another field are lost', { take: 'query:name' }, { name: ['a'], b: ['\ufffd'] }],
    ['whose rule has another charset', { take: 'query:name', charset: 'gbk' }, { name: ['a'] }],
  ])('is rejected with the reason, %s', async (_what, rule, query) => {
    await expect(apply(rule, query)).rejects.toMatchObject({
      code: 'bad_request',
      message: expect.stringContaining('only mitmproxy can change it'),
    });
  });
});
