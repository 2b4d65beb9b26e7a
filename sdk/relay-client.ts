import { type CallOptions, splitOptions } from './call-options.ts';

/**
 * The functions of a client, by name, as their types in the page: `{ encrypt(text: string): Promise<string> }`. An interface
 * fits as well as a type, which is why this is a constraint on itself and not an index signature.
 */
export type Functions<Served> = { readonly [Name in keyof Served]: (...args: never[]) => unknown };

/** Where nobody has told the types: any name, any arguments. */
export type UntypedFunctions = { readonly [name: string]: (...args: unknown[]) => unknown };

/** What a call gives: the function's own result, awaited. */
export type Result<Fn> = Fn extends (...args: never[]) => infer Returned ? Promise<Awaited<Returned>> : never;

type Arguments<Fn> = Fn extends (...args: infer Args) => unknown ? Args : never;

/** `fn.encrypt('x')`, where `call('encrypt', 'x')` is meant. */
export type FunctionProxy<Served extends Functions<Served>> = {
  readonly [Name in keyof Served]: (
    ...args: [...Arguments<Served[Name]>, options?: CallOptions]
  ) => Result<Served[Name]>;
};

export type Invoke = (fn: string, args: readonly unknown[], options: CallOptions) => Promise<unknown>;

/** One client of a relay, to call functions of. */
export class RelayClient<Served extends Functions<Served>> {
  readonly clientId: string;
  readonly fn: FunctionProxy<Served>;
  readonly #invoke: Invoke;

  constructor(clientId: string, invoke: Invoke) {
    this.clientId = clientId;
    this.#invoke = invoke;
    this.fn = functionProxy<Served>((name, args) => this.#callWith(name, args));
  }

  /**
   * Calls a function by its name, with the arguments as they are; a last `{ signal, timeoutMs, target }` is taken as options.
   *
   * @throws CallError with the code that says why there is no answer
   */
  call<Name extends keyof Served & string>(
    name: Name,
    ...args: [...Arguments<Served[Name]>, options?: CallOptions]
  ): Result<Served[Name]> {
    return this.#callWith(name, args) as Result<Served[Name]>;
  }

  /** The same with arguments and options apart, for functions whose own last argument could be taken for options. */
  invoke<Name extends keyof Served & string>(
    name: Name,
    args: Arguments<Served[Name]>,
    options: CallOptions = {},
  ): Result<Served[Name]> {
    return this.#invoke(name, args, options) as Result<Served[Name]>;
  }

  #callWith(name: string, all: readonly unknown[]): Promise<unknown> {
    const { args, options } = splitOptions(all);
    return this.#invoke(name, args, options);
  }
}

function functionProxy<Served extends Functions<Served>>(
  call: (name: string, args: unknown[]) => Promise<unknown>,
): FunctionProxy<Served> {
  const get = (_: object, name: string | symbol) => {
    // A promise resolved with this object would look for `then`, and must find none.
    if (typeof name === 'symbol' || name === 'then') return undefined;
    return (...args: unknown[]) => call(name, args);
  };
  // The target is never looked at: `get` answers for every name.
  return new Proxy({}, { get }) as FunctionProxy<Served>;
}
