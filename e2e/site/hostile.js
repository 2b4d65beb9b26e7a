// A page that does to Pagewire whatever a page can, for tests. It tells what it has seen by its own functions: once it has broken its
// built-ins, no driver could ask it. `?spy` breaks nothing, so that a page script that comes late works, whose channel it gets hold
// of; `?lie` then answers each call before its function does.
{
  // What it needs itself; once all is broken it uses no method.
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
  // Not by timers: a tab in the background has them once a second.
  const turns = new MessageChannel();
  const giveWay = MessagePort.prototype.postMessage.bind(turns.port2, undefined);
  let goOn = () => {};
  turns.port1.onmessage = () => goOn();
  const bytes = new Uint8Array([1, 2]);
  const huge = ['x'.repeat(40_000_000), '\0'.repeat(16_000_000)];

  // Those of its built-ins that were used after they had been overridden.
  const called = [];
  // Between a bridge and a page script that came late enough for this page to be offered it.
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

  // A channel of its own, which it offers as a bridge would.
  const forged = document.createElement('div');
  let heardOnForged = 0;
  forged.setAttribute('type', 'forged');
  for (const type of ['forged', 'forged>', '>', '']) listen(forged, type, () => heardOnForged++);

  function pretend() {
    for (let round = 0; round < 1_000; round++) {
      dispatch(page, new Mouse('pagewire:offer', { __proto__: null, relatedTarget: forged }));
      dispatch(page, new Plain('pagewire:ask'));
      // As if the page were put aside, and gone back to.
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
    // A little at a time: pages of one host share a thread, and to hold that up takes no flood.
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
    // What leads from a function to who has called it: sloppy code could be followed to the channel.
    callers: function callers() {
      const found = [];
      Errors.prepareStackTrace = (_error, sites) => sites;
      let sites = '';
      try {
        sites = new Failure('x').stack;
      } catch {
        // Where `stack` is an accessor it is broken as all others are.
      }
      Errors.prepareStackTrace = undefined;
      // Only V8 gives more than text.
      for (let i = 0; typeof sites !== 'string' && i < sites.length; i++) {
        const fn = sites[i].getFunction();
        const self = sites[i].getThis();
        if (fn !== undefined && fn !== callers) found[found.length] = `function ${i}`;
        if (self !== undefined && self !== window.evil) found[found.length] = `this ${i}`;
      }
      try {
        for (let fn = callerOf(callers); fn; fn = callerOf(fn)) found[found.length] = `caller ${fn.name}`;
      } catch {
        // Strict code is not told.
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
