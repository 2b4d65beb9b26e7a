import { type CallOptions, splitOptions } from './call-options.ts';

/**
 * A client's functions by name, typed as in the page: `{ encrypt(text: string): Promise<string> }`. Constrained by
 * itself instead of an index signature, so that an interface fits as well as a type.
 */
export type Functions<Served> = { readonly [Name in keyof Served]: (...args: never[]) => unknown };

/** The default without types: any name, any arguments. */
export type UntypedFunctions = { readonly [name: string]: (...args: unknown[]) => unknown };

/** A call's result: the function's own result, awaited. */
export type Result<Fn> = Fn extends (...args: never[]) => infer Returned ? Promise<Awaited<Returned>> : never;

type Arguments<Fn> = Fn extends (...args: infer Args) => unknown ? Args : never;

/** `fn.encrypt('x')` stands for `call('encrypt', 'x')`. */
export type FunctionProxy<Served extends Functions<Served>> = {
  readonly [Name in keyof Served]: (
    ...args: [...Arguments<Served[Name]>, options?: CallOptions]
  ) => Result<Served[Name]>;
};

export type Invoke = (fn: string, args: readonly unknown[], options: CallOptions) => Promise<unknown>;

/** Calls the functions of one client. */
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
   * Calls a function by name. A last argument like `{ signal, timeoutMs, target }` is read as options.
   *
   * @throws CallError with the code of the failure
   */
  call<Name extends keyof Served & string>(
    name: Name,
    ...args: [...Arguments<Served[Name]>, options?: CallOptions]
  ): Result<Served[Name]> {
    return this.#callWith(name, args) as Result<Served[Name]>;
  }

  /** Like `call`, with separate options, for functions whose own last argument could be read as options. */
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
    // Without this, resolving a promise with the proxy would call a function named `then`.
    if (typeof name === 'symbol' || name === 'then') return undefined;
    return (...args: unknown[]) => call(name, args);
  };
  // `get` answers every name, so the target is never read.
  return new Proxy({}, { get }) as FunctionProxy<Served>;
}
