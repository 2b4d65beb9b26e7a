import * as js from '../../../../shared/primordials.ts';

/** Getters that bundlers, Babel and TypeScript write for exports: `()=>o`, `function(){return o.a}`. */
const BINDING =
  /^(?:function\s*\w*\s*\(\)\s*\{\s*return|\(\)\s*=>)\s*\(?\s*(?:\/\*[^*]*\*\/\s*)?[\w$.]+\s*\)?\s*;?\s*\}?$/;
/** Rollup writes `get sign(){return o}` for them; a page's own getters return something of their object. */
const ROLLUP_BINDING = /^get\s+[\w$]+\s*\(\)\s*\{\s*return\s+[\w$]+\s*;?\s*\}$/;

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
    return get && isBinding(js.functionText(get)) ? js.applyFunction(get, object, []) : undefined;
  } catch {
    // A binding that is not initialized yet.
    return undefined;
  }
}

function isBinding(source: string): boolean {
  return js.matchPattern(BINDING, source) !== null || js.matchPattern(ROLLUP_BINDING, source) !== null;
}

/** The same for an inherited property. */
export function readMember(object: object, key: string): unknown {
  for (let holder: object | null = object; holder; holder = js.getPrototypeOf(holder) as object | null) {
    if (js.hasOwn(holder, key)) return readExport(holder, key);
  }
  return undefined;
}
