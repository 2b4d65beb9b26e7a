import { CallError } from '../../shared/errors.ts';
import type { ServedFunction, Target } from '../../shared/protocol.ts';
import { withoutUserinfo } from '../../shared/without-userinfo.ts';
import type { CallRequest } from '../routing/call-request.ts';
import type { ServedFunctions } from './served-functions.ts';

/** The function that stands in for a default one. */
const CUSTOMARY_FUNCTION = 'encrypt';

/** The functions that a client of the second protocol has announced, and the tabs that have them. */
export class NamedFunctions implements ServedFunctions {
  readonly #functions: ReadonlyMap<string, ServedFunction>;
  readonly #defaultName: string | undefined;

  constructor(functions: readonly ServedFunction[]) {
    this.#functions = new Map(functions.map((fn) => [fn.name, withoutPasswords(fn)]));
    this.#defaultName = defaultNameOf(functions);
  }

  get list(): ServedFunction[] {
    return [...this.#functions.values()];
  }

  nameFor({ fn }: CallRequest): string | undefined {
    return fn ?? this.#defaultName;
  }

  rejectionCode(request: CallRequest): 'function_not_found' | 'tab_unavailable' | undefined {
    const served = this.#servedFor(request);
    if (!served) return 'function_not_found';
    const { target } = request;
    return !target || served.tabs.some((tab) => matches(tab, target)) ? undefined : 'tab_unavailable';
  }

  rejectionReason(request: CallRequest): CallError | undefined {
    const code = this.rejectionCode(request);
    if (code !== 'tab_unavailable') return code && this.#functionNotFound(request);
    const { clientId, target } = request;
    const where = `has no tab for ${JSON.stringify(this.nameFor(request))} that matches ${JSON.stringify(target)}`;
    return new CallError('tab_unavailable', `client ${JSON.stringify(clientId)} ${where}`);
  }

  #servedFor(request: CallRequest): ServedFunction | undefined {
    const name = this.nameFor(request);
    return name === undefined ? undefined : this.#functions.get(name);
  }

  #functionNotFound({ clientId, fn }: CallRequest): CallError {
    const what = fn === undefined ? 'default function' : `function ${JSON.stringify(fn)}`;
    const names = listed([...this.#functions.keys()]);
    return new CallError('function_not_found', `client ${JSON.stringify(clientId)} has no ${what}; ${names}`);
  }
}

function defaultNameOf(functions: readonly ServedFunction[]): string | undefined {
  const [only] = functions.length === 1 ? functions : [];
  const chosen =
    functions.find((fn) => fn.default === true) ?? functions.find(({ name }) => name === CUSTOMARY_FUNCTION) ?? only;
  return chosen?.name;
}

/** Extensions strip userinfo themselves; other clients and older extensions may not. */
function withoutPasswords({ tabs, ...fn }: ServedFunction): ServedFunction {
  return { ...fn, tabs: tabs.map((tab) => ({ ...tab, url: withoutUserinfo(tab.url) })) };
}

function matches(tab: { tabId: number; url: string }, target: Target): boolean {
  if (target.tabId !== undefined && target.tabId !== tab.tabId) return false;
  return target.url === undefined || tab.url.startsWith(target.url);
}

const MAX_LISTED = 20;

function listed(names: readonly string[]): string {
  if (names.length === 0) return 'it has none yet: add one in the extension';
  const more = names.length > MAX_LISTED ? ` and ${names.length - MAX_LISTED} more` : '';
  return `it has ${names.slice(0, MAX_LISTED).join(', ')}${more}`;
}
