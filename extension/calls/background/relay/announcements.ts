import { MAX_FUNCTIONS, MAX_FUNCTIONS_LENGTH, MAX_TABS, MAX_URL_LENGTH } from '../../../../shared/limits.ts';
import { type Agent, lengthOfFunctions, type ServedFunction } from '../../../../shared/protocol.ts';
import type { Bridges } from '../bridges.ts';
import type { FunctionCatalog, ServedSite } from '../function-catalog.ts';
import type { LoadingPages } from '../loading-pages.ts';

/** Batches changes: a navigation removes a tab and adds it again. */
const GATHER_MS = 50;

export interface AnnouncementsDeps {
  catalog(): FunctionCatalog;
  bridges: Bridges;
  loadingPages: Pick<LoadingPages, 'ofSite'>;
  /** False if there is no connection. */
  send(text: string): boolean;
}

/** Tells the relay which functions are served in which tabs, whenever that changes. */
export class Announcements {
  readonly #deps: AnnouncementsDeps;
  #sent: string | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(deps: AnnouncementsDeps) {
    this.#deps = deps;
  }

  /** The `init` message, the first of a connection. */
  initMessage(identity: { clientId: string; instanceId: string; agent: Agent }): string {
    const functions = this.#functions();
    this.#sent = JSON.stringify(functions);
    return JSON.stringify({ type: 'init', msgId: '', data: { protocol: 2, batch: true, ...identity, functions } });
  }

  changed(): void {
    this.#timer ??= setTimeout(() => this.#sendChanges(), GATHER_MS);
  }

  #sendChanges(): void {
    this.#timer = undefined;
    const functions = this.#functions();
    const text = JSON.stringify(functions);
    if (text === this.#sent) return;
    // Changes between init and ready can't be sent yet; they stay pending.
    if (this.#deps.send(JSON.stringify({ type: 'functions', msgId: '', data: { functions } }))) this.#sent = text;
  }

  #functions(): ServedFunction[] {
    const functions = this.#deps
      .catalog()
      .functions()
      .slice(0, MAX_FUNCTIONS)
      .map(({ name, isDefault, site }) => ({
        name,
        ...(isDefault ? { default: true } : {}),
        tabs: this.#tabs(site),
      }));
    return withinLength(functions);
  }

  /** Loading tabs are announced too: calls can wait for them, and the relay would reject them otherwise. */
  #tabs(site: ServedSite): ServedFunction['tabs'] {
    const { bridges, loadingPages } = this.#deps;
    const urls = new Map(loadingPages.ofSite(site).map(({ tabId, url }) => [tabId, url]));
    for (const { tabId, url } of bridges.ofSite(site)) urls.set(tabId, url);
    return [...urls].slice(0, MAX_TABS).map(([tabId, url]) => ({ tabId, url: url.slice(0, MAX_URL_LENGTH) }));
  }
}

/** Leaves out tabs where all together are too long for a relay. Calls without a target reach those tabs too. */
function withinLength(functions: ServedFunction[]): ServedFunction[] {
  let left = MAX_FUNCTIONS_LENGTH - lengthOfFunctions(functions.map((fn) => ({ ...fn, tabs: [] })));
  return functions.map((fn) => {
    const tabs = fn.tabs.filter((tab) => {
      left -= lengthOfFunctions([{ name: '', tabs: [tab] }]);
      return left >= 0;
    });
    return { ...fn, tabs };
  });
}
