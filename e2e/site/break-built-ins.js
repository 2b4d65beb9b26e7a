// Overrides all built-ins. Each use is recorded and throws.
window.breakBuiltIns = (called) => {
  const { getOwnPropertyDescriptor, defineProperty } = Object;
  const { ownKeys } = Reflect;
  const Failure = TypeError;
  const owned = (name) => () => {
    called[called.length] = name;
    throw new Failure(`owned ${name}`);
  };
  const TypedArray = Object.getPrototypeOf(Uint8Array);
  const classes = [Array, String, Number, Boolean, BigInt, RegExp, Map, Set, WeakMap, WeakSet, Date, Promise]
    .concat([Function, Error, ArrayBuffer, DataView, TypedArray, Uint8Array, EventTarget, Event, CustomEvent])
    .concat([MouseEvent, MessagePort, MessageChannel, Node, Element, HTMLElement, HTMLDivElement, Document])
    .concat([HTMLDocument, AbortController, AbortSignal]);
  const inherited = ['probe', 'root', 'only', 'tasks', 'fingerprint', 'kind', 'value', 'cause', 'details', 'parent']
    .concat(['key', '0', 'get', 'set', 'configurable', 'enumerable', 'writable', 'detail', 'bubbles', 'cancelable'])
    .concat(['composed', 'capture', 'once', 'passive', 'signal']);
  const globals = ['JSON', 'Reflect', 'Promise', 'Event', 'CustomEvent', 'MouseEvent', 'MessageChannel', 'Map', 'Set']
    .concat(['Date', 'Error', 'Uint8Array', 'String', 'Number', 'BigInt', 'Array', 'btoa', 'atob', 'queueMicrotask'])
    .concat(['setTimeout']);
  const withJson = [Array, String, Number, Boolean, Map, Set, Date, Error];

  // Uses no methods from here on.
  for (let i = 0; i < classes.length; i++) {
    breakMembers(classes[i].prototype, `${classes[i].name}.prototype`);
    breakMembers(classes[i], classes[i].name);
  }
  for (let i = 0; i < withJson.length; i++)
    defineProperty(withJson[i].prototype, 'toJSON', { __proto__: null, value: owned(`${withJson[i].name}.toJSON`) });
  breakMembers(JSON, 'JSON');
  breakMembers(Reflect, 'Reflect');
  breakMembers(Object, 'Object');
  for (let i = 0; i < globals.length; i++) window[globals[i]] = owned(globals[i]);
  for (let i = 0; i < inherited.length; i++)
    defineProperty(Object.prototype, inherited[i], { __proto__: null, get: owned(`Object.prototype.${inherited[i]}`) });

  function breakMembers(object, path) {
    const keys = ownKeys(object);
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i];
      if (key === 'constructor' || key === 'prototype') continue;
      const descriptor = getOwnPropertyDescriptor(object, key);
      if (!descriptor.configurable) continue;
      const name = `${path}.${typeof key === 'symbol' ? 'symbol' : key}`;
      const broken = { __proto__: null, ...descriptor };
      if (typeof broken.value === 'function') broken.value = owned(name);
      else if (broken.get) broken.get = owned(name);
      defineProperty(object, key, broken);
    }
  }
};
