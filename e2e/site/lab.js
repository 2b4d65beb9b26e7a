// Functions with all kinds of behaviour, for tests.
{
  class CheckoutError extends Error {
    name = 'CheckoutError';
  }

  const counter = {
    count: 0,
    increment() {
      this.count += 1;
      return this.count;
    },
  };

  const unsendable = {
    element: () => document.body,
    text: () => document.createTextNode('x'),
    document: () => document,
    window: () => window,
    frame: () => document.body.appendChild(document.createElement('iframe')).contentWindow,
    cycle() {
      const loop = { list: [] };
      loop.list.push(loop);
      return loop;
    },
    function: () => () => 1,
    class: () => class {},
    symbol: () => Symbol('x'),
    promise: () => Promise.resolve(1),
    weakMap: () => new WeakMap(),
    blob: () => new Blob(),
    getter: () => ({
      get secret() {
        throw new TypeError('not for you');
      },
    }),
    proxy() {
      const { proxy, revoke } = Proxy.revocable({}, {});
      revoke();
      return proxy;
    },
    keyOfMap: () => new Map([[() => 1, 'x']]),
    deep() {
      let nested = [];
      for (let level = 0; level < 600; level++) nested = [nested];
      return nested;
    },
  };

  const load = (src) =>
    new Promise((resolve, reject) => {
      document.head.append(Object.assign(document.createElement('script'), { src, onload: resolve, onerror: reject }));
    });

  // State of frameworks, and objects with a forged class.
  const pairs = [['a', { list: [1] }]];
  const lookalikes = {
    vueMap: () => VueReactivity.reactive(new Map(pairs)),
    vueSet: () => VueReactivity.reactive(new Set(['a', 'b'])),
    vueState: () => VueReactivity.reactive({ byId: new Map(pairs) }).byId,
    mobxMap: () => mobx.observable.map(pairs),
    mobxSet: () => mobx.observable.set(['a', 'b']),
    mobxObject: () => mobx.observable({ list: [{ a: 1 }] }),
    frameMap() {
      const frame = document.body.appendChild(document.createElement('iframe'));
      return new frame.contentWindow.Map(pairs);
    },
    tagged: () => Object.assign(Object.create({ [Symbol.toStringTag]: 'Map' }), { a: 1 }),
    proxyOfMap: () => new Proxy(new Map(pairs), {}),
    proxyOfDate: () => new Proxy(new Date(5), {}),
  };

  const shared = (leaf) => {
    let value = leaf;
    for (let level = 0; level < 40; level++) value = [value, value];
    return value;
  };
  const growing = (levels) => ({
    get a() {
      return levels > 0 ? growing(levels - 1) : 1;
    },
    get b() {
      return this.a;
    },
  });
  const huge = {
    sparse() {
      const list = [];
      list[30_000_000] = 1;
      return list;
    },
    shared: () => shared(1),
    sharedEmpty: () => shared({}),
    growing: () => growing(300),
    map() {
      const map = new Map();
      map.set(0, { toJSON: () => map.set(map.size, map.get(0)).size });
      return map;
    },
    text: () => 'x'.repeat(500_000_000),
    bytes: () => new Uint8Array(500_000_000),
  };

  window.lab = {
    async lookalike(kind) {
      await Promise.all([load('/vue-reactivity.js'), load('/mobx.js')]);
      return { v: lookalikes[kind]() };
    },
    huge: (kind) => ({ v: huge[kind]() }),
    throwLong() {
      throw new CheckoutError('x'.repeat(20_000_000));
    },
    counter,
    page: () => location.pathname,
    go: (url) => void setTimeout(() => location.assign(url)),
    /** Asks the browser to prerender a page. */
    prepare(url) {
      const rules = document.createElement('script');
      rules.type = 'speculationrules';
      rules.text = JSON.stringify({ prerender: [{ source: 'list', urls: [url], eagerness: 'immediate' }] });
      document.head.append(rules);
    },
    wasPrepared: () => performance.getEntriesByType('navigation')[0].activationStart > 0,
    add: (a, b) => a + b,
    echo: (...args) => (args.length === 1 ? args[0] : args),
    // Describes the received arguments and returns them for comparison.
    tell: (...values) => [describeValue(values), values],
    // Values that can't be serialized: one of `kind`, at a known path.
    wrapUnsendable: (kind) => ({ user: { el: unsendable[kind]() } }),
    halves: () => new Float16Array([0.5, -1]),
    'with dashes and spaces': { list: [() => 'found'] },

    throwError() {
      throw new CheckoutError('the cart is empty');
    },
    throwString() {
      throw 'just a string';
    },
    async reject() {
      await null;
      throw new TypeError('no such voucher');
    },
    stack: () => new Error('x').stack,
    async stackLater() {
      await null;
      return new Error('x').stack;
    },
    stackOfGetter: () => ({
      get stack() {
        return new Error('x').stack;
      },
    }),
    neverCalls: 0,
    never() {
      this.neverCalls += 1;
      return new Promise(() => {});
    },
    holds: [],
    // Settles on request.
    hold(value) {
      return new Promise((resolve) => this.holds.push(() => resolve(value)));
    },
    // Blocks the page.
    busy(ms) {
      const end = performance.now() + ms;
      while (performance.now() < end);
      return 'done';
    },
    // Keeps the page busy with short pauses.
    isAtWork: false,
    work() {
      if (!this.isAtWork) return;
      this.busy(4_000);
      setTimeout(() => this.work(), 100);
    },
    slow: (ms, value) => new Promise((resolve) => setTimeout(resolve, ms, value)),
    thenable: (value) => ({
      // biome-ignore lint/suspicious/noThenProperty: a test needs a thenable.
      then: (resolve) => resolve(value),
    }),

    number: () => 42.5,
    nothing: () => undefined,
    null: () => null,
    bigint: () => 2n ** 70n,
    notANumber: () => Number.NaN,
    bytes: () => new Uint8Array([0, 1, 254, 255]),
    date: () => new Date(86_400_000),
    map: () => new Map([['a', 1]]),
    set: () => new Set(['a', 'b']),
    unicode: () => 'naïve 价格 🛒 \u0000 \ud800',
    large: (length, unit = 'x') => unit.repeat(length),
    cycle() {
      const loop = {};
      loop.itself = loop;
      return loop;
    },
    element: () => document.body,
    function: () => () => 1,
  };
}
