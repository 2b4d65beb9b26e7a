import { pairCapturingCode, quoteAscii, receiverCapturingCode, type Store } from './inserted-code.ts';
import { type Insertion, mayHaveField } from './insertions.ts';
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
  const first = list?.find((statement) => !('directive' in statement && statement.directive !== undefined));
  if (!first) throw new Error('it is declared in no block');
  const insertion = statementAt(first.start, 'opens', pairCapturingCode(code, `[void 0,${name}]`));
  return [insertion, ...receiver(fn, code)];
}

/**
 * Passes the function through a call. A function without a name of its own is named by the key or variable
 * that it is the value of; inside the call a key of the same name does that.
 */
function passed(fn: FunctionNode, name: string | undefined, code: Code, owner = 'void 0'): Insertion[] {
  const isNamed = 'id' in fn && fn.id !== null;
  const { variable } = code;
  const [open, pick, close] =
    isNamed || name === undefined
      ? ['', '', '']
      : [`{[${quoteAscii(name)}]:`, `${variable}=${variable}[${quoteAscii(name)}],`, '}'];
  const self = usesReceiver(fn, code.text) ? owner : 'void 0';
  const keep = pairCapturingCode(code, `[${self},${variable}]`);
  return [
    { offset: fn.start, text: `((${variable}=>(${pick}${keep},${variable}))(${open}`, order: 'opens' },
    { offset: fn.end, text: `${close}))`, order: 'closes', opened: fn.start },
    ...receiver(fn, code),
  ];
}

/** A method of an object literal belongs to that object: the object is passed through. */
function inObject({ fn, path }: FunctionSite, { key, computed }: Keyed, code: Code): Insertion[] {
  const object = path.at(-3) as Node;
  const name = keyName(key, computed);
  if (name === undefined) throw new Error('its name is computed while the script runs');
  const { variable } = code;
  const keep = pairCapturingCode(code, `[${variable},${variable}[${quoteAscii(name)}]]`);
  return [
    { offset: object.start, text: `((${variable}=>(${keep},${variable}))(`, order: 'opens' },
    { offset: object.end, text: '))', order: 'closes', opened: object.start },
    ...receiver(fn, code),
  ];
}

type Keyed = { readonly key: Node; readonly computed: boolean };
type Method = Extract<Node, { type: 'MethodDefinition' }>;

function inClass({ fn, path }: FunctionSite, method: Method, code: Code): Insertion[] {
  if (method.kind === 'constructor') throw new Error('a constructor can only be called with new');
  if (method.kind !== 'method') throw new Error(ACCESSOR);
  const body = path.at(-3) as Node;
  const name = nameOf(method, method.key);
  const access = name.startsWith('#') && method.key.type === 'PrivateIdentifier' ? `.${name}` : `[${quoteAscii(name)}]`;
  if (method.static) return [element(body, `static{${pairCapturingCode(code, `[this,this${access}]`)}}`)];
  const isBuilding = mayHaveField(path.at(-4));
  const onCreation = (text: string) => element(body, `#${code.variable}=${text}`);
  if (access.startsWith('.')) {
    // Only an object of the class has its private methods.
    const read = pairCapturingCode(code, `[this,this${access}]`);
    return [isBuilding ? onCreation(read) : entry(fn, read)];
  }
  const self = usesReceiver(fn, code.text) ? OF_AN_OBJECT : 'void 0';
  const read = element(body, `static{${pairCapturingCode(code, `[${self},this.prototype${access}]`)}}`);
  if (self !== OF_AN_OBJECT) return [read];
  return [read, ...(isBuilding ? [onCreation(receiverCapturingCode(code))] : []), ...receiver(fn, code)];
}

function element(body: Node, text: string): Insertion {
  return { offset: body.end - 1, text: `;${text};`, order: 'follows' };
}

/** Reports the object that the function is called on, if it uses it. */
function receiver(fn: FunctionNode, code: Code): Insertion[] {
  return usesReceiver(fn, code.text) ? [entry(fn, receiverCapturingCode(code))] : [];
}

function entry(fn: FunctionNode, text: string): Insertion {
  const statements = statementsOf(fn.body);
  if (!statements) throw new Error('it has no body that a statement could be put into');
  const first = statements.find((statement) => !('directive' in statement && statement.directive !== undefined));
  return first ? statementAt(first.start, 'opens', text) : statementAt(fn.body.end - 1, 'follows', text);
}

function statementAt(offset: number, order: 'opens' | 'follows', text: string): Insertion {
  return { offset, text: `;${text};`, order };
}
