import * as js from '../../../../shared/primordials.ts';

/** `()=>o`, `function(){return o.a}`: what bundlers write to hand out a binding, and Babel and TypeScript as well. */
const BINDING =
  /^(?:function\s*\w*\s*\(\)\s*\{\s*return|\(\)\s*=>)\s*\(?\s*(?:\/\*[^*]*\*\/\s*)?[\w$.]+\s*\)?\s*;?\s*\}?$/;

/**
 * A property, read without running code of the page: undefined where that can't be. Only a bundler's getter is run, which
 * its source tells: it names a binding and does nothing else.
 */
export function readExport(object: object, key: string): unknown {
  try {
    const property = js.getOwnPropertyDescriptor(object, key);
    if (!property) return undefined;
    if (js.hasOwn(property, 'value')) return property.value;
    const { get } = property;
    BINDING.lastIndex = 0;
    return get && js.matchPattern(BINDING, js.functionText(get)) ? js.applyFunction(get, object, []) : undefined;
  } catch {
    // A binding that is not initialized yet.
    return undefined;
  }
}

/** The same for a property that may be inherited. */
export function readMember(object: object, key: string): unknown {
  for (let holder: object | null = object; holder; holder = js.getPrototypeOf(holder) as object | null) {
    if (js.hasOwn(holder, key)) return readExport(holder, key);
  }
  return undefined;
}
