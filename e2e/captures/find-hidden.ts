import type { CaptureEntry } from '../../extension/captures/ui/capture-edits.ts';
import { guessCapture } from '../../extension/captures/ui/guess-capture.ts';
import type { Capture } from '../../extension/sites/capture-schema.ts';
import type { Hidden } from './capture-table.ts';

/**
 * Finds a function of the sample page as a person does who searches its scripts and presses "Capture here": by what it
 * makes, or by what an obfuscator leaves of it. A breakpoint needs an expression for it.
 */
export function findHidden(
  place: Hidden,
  script: string,
  text: string,
  way: 'rewrite' | 'breakpoint',
): Omit<Capture, 'way'> | undefined {
  const entry = FIND[place](script, text);
  if (!entry) return undefined;
  const [, line, column] = /^(\d+):(\d+)$/.exec(entry.anchor) ?? [];
  const at = line ? { line: Number(line), column: Number(column) } : { text: entry.anchor };
  const start = { name: place, script: entry.script, at };
  const { fingerprint } = entry;
  if (entry.expression === '' && way === 'rewrite')
    return { ...start, ...(fingerprint && { fingerprint: fingerprint.of }) };
  return { ...start, expression: entry.expression || entry.hint };
}

/** With the expression that a breakpoint needs. */
type Found = CaptureEntry & { hint: string };
type Find = (script: string, text: string) => Found | undefined;

const FIND: Record<Hidden, Find> = {
  closure: (script, text) =>
    around(script, text, text.indexOf('closure.')) ?? around(script, text, text.lastIndexOf('throw new TypeError(_0x')),
  iife: (script, text) => around(script, text, text.indexOf('iife.')) ?? declared(script, text, /'sign':(_0x\w+)\(/),
  'private-method': (script, text) => {
    // Down-levelled: the method is a function that is called on the object, which a variable holds.
    const lowered = /(\w+)=function\(\w+\)\{[^}]*"private\."/.exec(text);
    const object = lowered && /const (\w+)=new class\{constructor\(\)/.exec(text)?.[1];
    if (lowered && object) {
      return {
        ...guess(script, text, lowered.index),
        expression: `(text) => ${lowered[1]}.call(${object}, text)`,
      };
    }
    return (
      around(script, text, text.indexOf('private.')) ?? around(script, text, text.search(/return this\.#\w\+=0x1/))
    );
  },
  vm: (script, text) => {
    const call = /["']?sign["']?:([\w$]+)\(([\w$]+),\[[\w$]+\]\)/.exec(text);
    if (call) return { ...guess(script, text, call.index), expression: `(text) => ${call[1]}(${call[2]}, [text])` };
    return (
      around(script, text, text.search(/\.at<[\w$]+\.length/)) ?? around(script, text, text.search(/for\(;_0x\w+\.at</))
    );
  },
};

function guess(script: string, text: string, offset: number): Found {
  const { functions, chosen, entry } = guessCapture(new Map([[script, text]]), script, offset);
  return { ...entry, hint: functions[chosen]?.expression ?? '' };
}

function around(script: string, text: string, offset: number): Found | undefined {
  return offset < 0 ? undefined : guess(script, text, offset);
}

/** The declaration of what is called there. */
function declared(script: string, text: string, call: RegExp): Found | undefined {
  const name = call.exec(text)?.[1];
  const offset = name === undefined ? -1 : text.indexOf(`${name}=`);
  return offset < 0 ? undefined : guess(script, text, offset + `${name}=`.length);
}
