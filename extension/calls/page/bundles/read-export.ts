import * as js from '../../../../shared/primordials.ts';

/** `()=>o`, `function(){return o.a}`: getters that bundlers, Babel and TypeScript write for exports. */
const BINDING =
  /^(?:function\s*\w*\s*\(\)\s*\{\s*return|\(\)\s*=>)\s*\(?\s*(?:\/\*[^*]*\*\/\s*)?[\w$.]+\s*\)?\s*;?\s*\}?$/;

/**
 * Reads a property without running page code; undefined if that is impossible. The only getters that are
 * run are a bundler's, recognized by their source: they only return a binding.
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

/** The same for an inherited property. */
export function readMember(object: object, key: string): unknown {
  for (let holder: object | null = object; holder; holder = js.getPrototypeOf(holder) as object | null) {
    if (js.hasOwn(holder, key)) return readExport(holder, key);
  }
  return undefined;
}
