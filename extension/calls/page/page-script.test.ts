import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeBridge } from './fake-bridge.ts';
import { FakeElement, stubDom } from './fake-dom.ts';

/** The page script as its bridge sees it: over a channel, in a realm with the part of the DOM that it uses. */

const page = globalThis as unknown as { shop: unknown };
let startPageScript: () => void;

beforeAll(async () => {
  stubDom(vi.stubGlobal);
  // It captures its built-ins on load, as in a page.
  const [script, { bundleRoots }] = await Promise.all([
    import('./page-script.ts'),
    import('./bundles/bundle-roots.ts'),
  ]);
  const capture = { find: noCapture, load: undefined, answer: undefined };
  startPageScript = () => script.startPageScript({ ...bundleRoots, capture });
});

function noCapture(): never {
  throw new Error('no test here has captures');
}

function thenable(then: (tell: (value: unknown) => void) => void): object {
  return { then };
}

let bridge: FakeBridge;
beforeEach(() => {
  bridge = new FakeBridge();
  startPageScript();
});
afterEach(() => {
  bridge.close();
  Reflect.deleteProperty(page, 'shop');
});

describe('the page script and the bridge', () => {
  it('find each other if the page script starts last', () => {
    expect(bridge.paired).toBe(true);
  });

  it('find each other if the page script starts first', () => {
    bridge.close();
    startPageScript();
    const later = new FakeBridge();
    later.offer();
    expect(later.paired).toBe(true);
    later.close();
  });

  it('form one pair if two page scripts wait for a bridge', async () => {
    bridge.close();
    startPageScript();
    startPageScript();
    const [first, second] = [new FakeBridge(), new FakeBridge()];
    page.shop = { count: 0, add: () => ++(page.shop as { count: number }).count };
    first.offer();
    expect(second.paired).toBe(false);
    expect(await first.run({ path: ['shop', 'add'] })).toEqual({ id: 7, value: 1 });
    second.offer();
    expect(second.paired).toBe(true);
    expect(await second.run({ path: ['shop', 'add'] })).toEqual({ id: 7, value: 2 });
    first.close();
    second.close();
  });

  it('do not accept a second channel', () => {
    const other = new FakeBridge();
    other.offer();
    expect(other.paired).toBe(false);
    other.close();
  });

  it('do nothing once they have ended', async () => {
    const encrypt = vi.fn();
    page.shop = { encrypt };
    bridge.send('');
    bridge.send(JSON.stringify([{ id: 1, path: ['shop', 'encrypt'], args: [] }]));
    expect(encrypt).not.toHaveBeenCalled();
  });
});

describe('a task', () => {
  it('calls the function on its parent object with decoded arguments', async () => {
    page.shop = {
      key: 'k',
      sign(this: { key: string }, text: string, at: Date) {
        return `${this.key}:${text}:${at.getTime()}`;
      },
    };
    const args = ['x', { $type: 'date', value: 5 }];
    expect(await bridge.run({ path: ['shop', 'sign'], args })).toEqual({ id: 7, value: 'k:x:5' });
  });

  it.each([
    ['a promise', async () => 'done'],
    ['a thenable', () => thenable((tell) => tell('done'))],
    ['a thenable of a thenable', () => thenable((tell) => tell(thenable((again) => again('done'))))],
    [
      'a thenable that tells twice and then throws',
      () =>
        thenable((tell) => {
          tell('done');
          tell('again');
          throw new Error('late');
        }),
    ],
  ])('awaits %s', async (_what, encrypt) => {
    page.shop = { encrypt };
    expect(await bridge.run({ path: ['shop', 'encrypt'] })).toEqual({ id: 7, value: 'done' });
  });

  it('finds a function that appears late, and the new one if it is replaced', async () => {
    expect(await bridge.run({ path: ['shop', 'encrypt'] })).toMatchObject({ error: { code: 'function_not_found' } });
    page.shop = { encrypt: () => 1 };
    expect(await bridge.run({ path: ['shop', 'encrypt'] })).toMatchObject({ value: 1 });
    page.shop = { encrypt: () => 2 };
    expect(await bridge.run({ path: ['shop', 'encrypt'] })).toMatchObject({ value: 2 });
  });

  it.each([
    [undefined, ['shop', 'crypto', 'encrypt'], 'shop is undefined'],
    [{}, ['shop', 'crypto', 'encrypt'], 'shop.crypto is undefined'],
    [{ crypto: null }, ['shop', 'crypto', 'encrypt'], 'shop.crypto is null'],
    [{ crypto: {} }, ['shop', 'crypto', 'encrypt'], 'shop.crypto.encrypt is undefined'],
    [{ encrypt: 5 }, ['shop', 'encrypt'], 'shop.encrypt is a number, not a function'],
    [{ list: [{}] }, ['shop', 'list', '0'], 'shop.list["0"] is an object, not a function'],
    [{ 'a b': { x: '' } }, ['shop', 'a b', 'x'], 'shop["a b"].x is a string, not a function'],
  ])('reports where the path ends: %o %j', async (shop, path, message) => {
    page.shop = shop;
    expect(await bridge.run({ path })).toEqual({ id: 7, error: { code: 'function_not_found', message } });
    expect(await bridge.run({ path, probe: true })).toEqual({ id: 7, value: { found: false, reason: message } });
  });

  it('reports which part of the path can not be read', async () => {
    page.shop = {
      get crypto() {
        throw new Error('not yet');
      },
    };
    const error = { code: 'function_not_found', message: "shop.crypto can't be read: not yet" };
    expect(await bridge.run({ path: ['shop', 'crypto', 'encrypt'] })).toEqual({ id: 7, error });
  });

  it('explains a name that the console knows but a path can not reach', async () => {
    for (const path of [['vault'], ['vault', 'seal']])
      expect(await bridge.run({ path })).toMatchObject({
        error: {
          code: 'function_not_found',
          message:
            'vault is undefined: vault may be a top-level const, let or class of a script, which only a capture can reach',
        },
      });
  });

  it('can ask only whether a function exists', async () => {
    const encrypt = vi.fn();
    page.shop = { encrypt };
    expect(await bridge.run({ path: ['shop', 'encrypt'], probe: true })).toEqual({ id: 7, value: { found: true } });
    expect(encrypt).not.toHaveBeenCalled();
  });

  it.each([
    [
      'throws',
      () => {
        throw new TypeError('no key');
      },
    ],
    ['rejects', () => Promise.reject(new TypeError('no key'))],
  ])('is answered with the error when the function %s', async (_how, encrypt) => {
    page.shop = { encrypt };
    expect(await bridge.run({ path: ['shop', 'encrypt'] })).toEqual({
      id: 7,
      error: {
        code: 'function_threw',
        message: 'no key',
        details: { name: 'TypeError', message: 'no key', stack: expect.stringContaining('no key') },
      },
    });
  });

  it('is answered with an error that shows no password of the page', async () => {
    page.shop = {
      encrypt: () => {
        const error = new TypeError('http://alice:s3cret@shop.test/api has credentials');
        error.stack = 'encrypt@http://alice:s3cret@shop.test/shop.js:1:2';
        throw error;
      },
      last: () => new Error('left http://alice:s3cret@shop.test/'),
    };
    const answers = [await bridge.run({ path: ['shop', 'encrypt'] }), await bridge.run({ path: ['shop', 'last'] })];
    expect(JSON.stringify(answers)).not.toContain('s3cret');
    expect(JSON.stringify(answers)).toContain('http://shop.test/api has credentials');
  });

  it.each([
    ['bad key', { message: 'bad key', details: { value: 'bad key' } }],
    [{ code: 5 }, { message: 'the function threw an object', details: { value: { code: 5 } } }],
    [undefined, { message: 'the function threw undefined', details: { value: { $type: 'undefined' } } }],
    [() => 1, { message: 'the function threw a function' }],
  ])('is answered with a thrown value that is not an error: %o', async (thrown, error) => {
    page.shop = {
      encrypt: () => {
        throw thrown;
      },
    };
    expect(await bridge.run({ path: ['shop', 'encrypt'] })).toEqual({
      id: 7,
      error: { code: 'function_threw', ...error },
    });
  });

  it('is answered with the place in the result that can not be sent', async () => {
    page.shop = { element: () => ({ user: { el: new FakeElement() } }) };
    expect(await bridge.run({ path: ['shop', 'element'] })).toEqual({
      id: 7,
      error: { code: 'result_not_serializable', message: 'value.user.el is a DOM node' },
    });
  });

  it('is answered with an error if the result is larger than any frame', async () => {
    const sparse: unknown[] = [];
    sparse[30_000_000] = 1;
    page.shop = { large: () => 'x'.repeat(17 * 2 ** 20), sparse: () => sparse };
    for (const name of ['large', 'sparse'])
      expect(await bridge.run({ path: ['shop', name] })).toMatchObject({ error: { code: 'message_too_large' } });
  });

  it('is answered if the thrown value is larger than any frame', async () => {
    const long = 'x'.repeat(18 * 2 ** 20);
    const cut = `${'x'.repeat(100_000)}…`;
    page.shop = {
      error: () => {
        throw new TypeError(long);
      },
      text: () => {
        throw long;
      },
    };
    expect(await bridge.run({ path: ['shop', 'error'] })).toMatchObject({
      error: { code: 'function_threw', message: cut, details: { name: 'TypeError', message: cut } },
    });
    const { error } = (await bridge.run({ path: ['shop', 'text'] })) as { error: object };
    expect(error).toEqual({ code: 'function_threw', message: cut });
  });

  it('is answered with an error if its arguments nest too deep', async () => {
    page.shop = { encrypt: () => 1 };
    const args = '['.repeat(100_000) + ']'.repeat(100_000);
    bridge.send(`[{"id":7,"path":["shop","encrypt"],"args":${args}}]`);
    expect(await bridge.until(1)).toMatchObject([{ error: { code: 'bad_request' } }]);
  });

  it('is answered with an error if its arguments are malformed', async () => {
    page.shop = { encrypt: () => 1 };
    expect(await bridge.run({ path: ['shop', 'encrypt'], args: [{ $type: 'nope' }] })).toMatchObject({
      error: { code: 'bad_request' },
    });
  });
});

describe('several tasks', () => {
  it('are answered together if they end together', async () => {
    page.shop = { encrypt: (text: string) => text, later: async (text: string) => text };
    bridge.send(
      JSON.stringify([
        { id: 1, path: ['shop', 'encrypt'], args: ['a'] },
        { id: 2, path: ['shop', 'later'], args: ['b'] },
      ]),
    );
    await bridge.until(2);
    expect(bridge.batches).toEqual(['[{"id":1,"value":"a"},{"id":2,"value":"b"}]']);
  });

  it('are answered separately if they are large, in the order in which they end', async () => {
    const text = 'x'.repeat(600_000);
    page.shop = { encrypt: () => text };
    bridge.send(JSON.stringify([1, 2, 3].map((id) => ({ id, path: ['shop', 'encrypt'], args: [] }))));
    expect((await bridge.until(3)).map(({ id }) => id)).toEqual([1, 2, 3]);
    expect(bridge.batches).toHaveLength(3);
  });

  it('do not wait for a slow one', async () => {
    let finish = (_text: string) => {};
    page.shop = {
      slow: () =>
        new Promise((resolve) => {
          finish = resolve;
        }),
      quick: () => 'quick',
    };
    bridge.send(
      JSON.stringify([
        { id: 1, path: ['shop', 'slow'], args: [] },
        { id: 2, path: ['shop', 'quick'], args: [] },
      ]),
    );
    expect(await bridge.until(1)).toEqual([{ id: 2, value: 'quick' }]);
    finish('slow');
    expect(await bridge.until(2)).toEqual([
      { id: 2, value: 'quick' },
      { id: 1, value: 'slow' },
    ]);
  });

  it('are run only if they are still pending', async () => {
    page.shop = { encrypt: (text: string) => text };
    const tasks = [1, 2, 3].map((id) => ({ id, path: ['shop', 'encrypt'], args: [`${id}`] }));
    bridge.send(JSON.stringify({ only: [2], tasks }));
    expect(await bridge.until(1)).toEqual([{ id: 2, value: '2' }]);
  });
});
