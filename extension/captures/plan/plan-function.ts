import { pairCapturingCode, quoteAscii, receiverCapturingCode, type Store } from './inserted-code.ts';
import { afterDirectives, around, before, field, type Insertion, startOf, staticBlock } from './insertion.ts';
import { mayHaveField } from './insertions.ts';
import { type FunctionNode, type FunctionSite, keyName, usesReceiver } from './syntax/function-at.ts';
import { type Node, statementsOf } from './syntax/syntax-tree.ts';

/** Where a function is stored, and a variable and private name that are unused in the page. */
export type FunctionStore = Store & { readonly variable: string };
/** The same, with the script's text. */
type Code = FunctionStore & { readonly text: string };

/**
 * Captures the function at a place where it stands: its identity, name, length, prototype and source stay.
 *
 * A declaration is read at the start of its block. A method is read from its object literal, or in a static
 * block of its class. Any other function is passed through as the expression that it is. A function that
 * uses `this` reports its object when it is called. @throws Error that says why that is impossible
 */
export function planFunction(text: string, site: FunctionSite, store: FunctionStore): Insertion[] {
  const code = { ...store, text };
  const { fn, path } = site;
  const parent = path.at(-2) as Node;
  switch (parent.type) {
    case 'MethodDefinition':
      return inClass(site, parent, code);
    case 'Property':
      if (parent.kind !== 'init') throw new Error(ACCESSOR);
      return parent.method ? inObject(site, parent, code) : passed(fn, nameOf(parent, parent.key), code, OF_AN_OBJECT);
    case 'PropertyDefinition':
      return passed(fn, nameOf(parent, parent.key), code);
    case 'VariableDeclarator':
      return passed(fn, variableName(parent.id), code);
    case 'AssignmentExpression':
    case 'AssignmentPattern':
      // A function that is assigned to a property gets no name from it.
      return parent.left.type === 'Identifier'
        ? passed(fn, parent.left.name, code)
        : passed(fn, undefined, code, OF_AN_OBJECT);
    case 'ExportDefaultDeclaration':
      if (fn.type !== 'FunctionDeclaration') return passed(fn, 'default', code);
      return declared(site, code);
    case 'ExpressionStatement':
      throw new Error('nothing keeps the function that stands here');
    default:
      return fn.type === 'FunctionDeclaration' ? declared(site, code) : passed(fn, undefined, code);
  }
}

/** Instead of the object that a function is called on: it is not known until the function is called. */
const OF_AN_OBJECT = 'null';

const ACCESSOR = 'a getter or setter is no function that can be called';

function variableName(id: Node): string | undefined {
  return id.type === 'Identifier' ? id.name : undefined;
}

function nameOf({ computed }: { computed: boolean }, key: Node): string {
  const name = keyName(key, computed);
  if (name === undefined) throw new Error('its name is computed while the script runs');
  if (name === '__proto__' && !computed) throw new Error('it is the prototype of its object');
  return name;
}

/** Hoisted: has its value from the start of its block. */
function declared({ fn, path }: FunctionSite, code: Code): Insertion[] {
  const name = fn.type === 'FunctionDeclaration' ? fn.id?.name : undefined;
  if (name === undefined) throw new Error('a default export without a name is visible in no other code');
  const exported = path.at(-2)?.type.startsWith('Export') ? 1 : 0;
  const list = statementsOf(path.at(-2 - exported));
  const first = list && afterDirectives(list);
  if (!first) throw new Error('it is declared in no block');
  return [...before(first, pairCapturingCode(code, `[void 0,${name}]`)), ...receiver(fn, code)];
}

/**
 * Passes the function through a call. A function without a name of its own is named by the key or variable
 * that it is the value of; inside the call a key of the same name does that.
 */
function passed(fn: FunctionNode, name: string | undefined, code: Code, owner = 'void 0'): Insertion[] {
  const isNamed = 'id' in fn && fn.id !== null;
  const self = usesReceiver(fn, code.text) ? owner : 'void 0';
  const call = passing(fn, `[${self},${code.variable}]`, isNamed ? undefined : name, code);
  return [...call, ...receiver(fn, code)];
}

/** Passes an expression through a call that captures `pair`, in which the expression is the variable. */
function passing(node: Node, pair: string, name: string | undefined, code: Code): Insertion[] {
  const { variable } = code;
  const keep = pairCapturingCode(code, pair);
  if (name === undefined) return around(node, `((${variable}=>(${keep},${variable}))(`, '))');
  const key = `[${quoteAscii(name)}]`;
  return around(node, `((${variable}=>(${variable}=${variable}${key},${keep},${variable}))({${key}:`, '}))');
}

/** A method of an object literal belongs to that object: the object is passed through. */
function inObject({ fn, path }: FunctionSite, { key, computed }: Keyed, code: Code): Insertion[] {
  const object = path.at(-3) as Node;
  const name = keyName(key, computed);
  if (name === undefined) throw new Error('its name is computed while the script runs');
  const { variable } = code;
  const pair = `[${variable},${variable}[${quoteAscii(name)}]]`;
  return [...passing(object, pair, undefined, code), ...receiver(fn, code)];
}

type Keyed = { readonly key: Node; readonly computed: boolean };
type Method = Extract<Node, { type: 'MethodDefinition' }>;

function inClass({ fn, path }: FunctionSite, method: Method, code: Code): Insertion[] {
  if (method.kind === 'constructor') throw new Error('a constructor can only be called with new');
  if (method.kind !== 'method') throw new Error(ACCESSOR);
  const body = path.at(-3) as Node;
  const name = nameOf(method, method.key);
  const isPrivate = method.key.type === 'PrivateIdentifier';
  const access = isPrivate ? `.${name}` : `[${quoteAscii(name)}]`;
  const ofClass = pairCapturingCode(code, `[this,this${access}]`);
  if (method.static) return [staticBlock(body, ofClass)];
  const onCreation = (text: string) => (mayHaveField(path.at(-4)) ? field(body, code.variable, text) : undefined);
  // Only an object of the class has its private methods.
  if (isPrivate) return [onCreation(ofClass) ?? startOf(fn.body, ofClass)].flat();
  const self = usesReceiver(fn, code.text) ? OF_AN_OBJECT : 'void 0';
  const read = staticBlock(body, pairCapturingCode(code, `[${self},this.prototype${access}]`));
  if (self !== OF_AN_OBJECT) return [read];
  return [read, onCreation(receiverCapturingCode(code)) ?? [], receiver(fn, code)].flat();
}

/** Reports the object that the function is called on, if it uses it. */
function receiver(fn: FunctionNode, code: Code): Insertion[] {
  return usesReceiver(fn, code.text) ? startOf(fn.body, receiverCapturingCode(code)) : [];
}
