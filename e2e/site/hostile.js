// A page that attacks Pagewire, for tests. Its functions report what it has seen, because no driver can evaluate in it once its
// built-ins are broken. `?spy` breaks nothing, so that a late page script works, and gets hold of its channel. `?lie` then
// answers each call before its function does.
{
  // Captured for its own use before it breaks all built-ins.
  const uncurry = Function.prototype.bind.bind(Function.prototype.call);
  const listen = uncurry(EventTarget.prototype.addEventListener);
  const dispatch = uncurry(EventTarget.prototype.dispatchEvent);
  const attribute = uncurry(Element.prototype.getAttribute);
  const hasOwn = uncurry(Object.prototype.hasOwnProperty);
  const inheritedCaller = uncurry(Object.getOwnPropertyDescriptor(Function.prototype, 'caller').get);
  const offered = uncurry(Object.getOwnPropertyDescriptor(MouseEvent.prototype, 'relatedTarget').get);
  const { parse } = JSON;
  const [Custom, Mouse, Plain, PageTransition] = [CustomEvent, MouseEvent, Event, PageTransitionEvent];
  const [Errors, Failure, Wait] = [Error, TypeError, Promise];
  const [isSpy, isLiar] = ['?spy', '?lie'].map((mode) => location.search === mode);
  const page = document;
  // Not timers, which are throttled to once per second in background tabs.
  const turns = new MessageChannel();
  const giveWay = MessagePort.prototype.postMessage.bind(turns.port2, undefined);
  let goOn = () => {};
  turns.port1.onmessage = () => goOn();
  const bytes = new Uint8Array([1, 2]);
  const huge = ['x'.repeat(40_000_000), '\0'.repeat(16_000_000)];

  // Overridden built-ins that were used.
  const called = [];
  // The channel between a bridge and a late page script, seen by this page.
  const channels = [];
  const taskIds = [];

  listen(page, 'pagewire:offer', (event) => {
    const element = offered(event);
    const type = element !== forged && attribute(element, 'type');
    if (!type) return;
    channels[channels.length] = { element, type };
    listen(element, type, ({ detail }) => {
      const tasks = detail === '' ? [] : parse(detail);
      for (let i = 0; i < tasks.length; i++) {
        taskIds[taskIds.length] = tasks[i].id;
        if (isLiar) answer(`[{"id":${tasks[i].id},"value":"a lie"}]`);
      }
    });
  });

  function answer(text) {
    for (let i = 0; i < channels.length; i++)
      dispatch(channels[i].element, new Custom(`${channels[i].type}>`, { __proto__: null, detail: text }));
  }

  // A channel of its own, offered like a bridge's.
  const forged = document.createElement('div');
  let heardOnForged = 0;
  forged.setAttribute('type', 'forged');
  for (const type of ['forged', 'forged>', '>', '']) listen(forged, type, () => heardOnForged++);

  function pretend() {
    for (let round = 0; round < 1_000; round++) {
      dispatch(page, new Mouse('pagewire:offer', { __proto__: null, relatedTarget: forged }));
      dispatch(page, new Plain('pagewire:ask'));
      // Fakes pagehide and pageshow of the back/forward cache.
      dispatch(window, new PageTransition('pagehide', { __proto__: null, persisted: true }));
      dispatch(window, new PageTransition('pageshow', { __proto__: null, persisted: true }));
    }
  }

  let end;
  const turn = () =>
    new Wait((resolve) => {
      goOn = resolve;
      giveWay();
    });
  let flooded = false;
  window.evil = {
    sign: (text, map) => [`signed ${text}`, map, bytes, { $type: 'x', nothing: undefined }],
    later: async (text) => `signed ${text}`,
    fail() {
      throw new Failure('no key');
    },
    hold: () =>
      new Wait((resolve) => {
        end = resolve;
      }),
    release: (value) => end(value),
    called: () => called,
    heardOnForged: () => heardOnForged,
    channels: () => channels.length,
    taskIds: () => taskIds,
    forge(ids) {
      for (let i = 0; i < ids.length; i++) answer(`[{"id":${ids[i]},"value":"forged"}]`);
    },
    // In small steps, because pages of one host share a thread that must not be blocked.
    async flood(rounds) {
      for (let i = 0; i < rounds; i++) {
        answer('[');
        answer(`[{"id":${i},"value":1},{"id":"${i}"},null,{"__proto__":{"id":1}},{"id":1e999}]`);
        answer(`[{"id":${i},"error":{"code":"tab_closed","message":"x"}}]`);
        if (i % 10 === 0) await turn();
      }
      for (let i = 0; i < huge.length; i++) {
        answer(huge[i]);
        await turn();
      }
      flooded = true;
      return 'flooded';
    },
    isFlooded: () => flooded,
    pretend,
    // Ways from a function to its caller, which could lead to the channel.
    callers: function callers() {
      const found = [];
      Errors.prepareStackTrace = (_error, sites) => sites;
      let sites = '';
      try {
        sites = new Failure('x').stack;
      } catch {
        // If `stack` is an accessor, it is broken like the others.
      }
      Errors.prepareStackTrace = undefined;
      // Only V8 has structured stack traces.
      for (let i = 0; typeof sites !== 'string' && i < sites.length; i++) {
        const fn = sites[i].getFunction();
        const self = sites[i].getThis();
        if (fn !== undefined && fn !== callers) found[found.length] = `function ${i}`;
        if (self !== undefined && self !== window.evil) found[found.length] = `this ${i}`;
      }
      try {
        for (let fn = callerOf(callers); fn; fn = callerOf(fn)) found[found.length] = `caller ${fn.name}`;
      } catch {
        // Strict functions hide their caller.
      }
      return found;
    },
  };

  function callerOf(fn) {
    return hasOwn(fn, 'caller') ? fn.caller : inheritedCaller(fn);
  }

  pretend();
  if (!isSpy && !isLiar) window.breakBuiltIns(called);
}
