import { type Path, parsePath } from '../../../shared/path.ts';
import type { PageTask } from '../../platform/messages.ts';
import type { Capture } from '../../sites/capture-schema.ts';
import type { FunctionSettings, Settings, SiteSettings } from '../../sites/settings-schema.ts';
import { parseSitePattern, type SitePattern } from '../../sites/site-pattern.ts';

/** An enabled site. Compared by identity: a settings change makes a new object. */
export interface ServedSite {
  readonly pattern: SitePattern;
  readonly functions: readonly ConfiguredFunction[];
  readonly captures: readonly Capture[];
}

export interface ConfiguredFunction {
  readonly name: string;
  readonly path: Path;
  readonly fingerprint?: string | undefined;
  readonly isDefault: boolean;
  readonly site: ServedSite;
}

/** The functions that may be called: those of the enabled sites, and no others. */
export class FunctionCatalog {
  readonly sites: readonly ServedSite[];
  readonly #byName = new Map<string, ConfiguredFunction>();

  constructor(settings: Settings) {
    this.sites = settings.sites.filter(({ enabled }) => enabled).map(readSite);
    for (const site of this.sites) for (const fn of site.functions) this.#byName.set(fn.name, fn);
  }

  find(name: string): ConfiguredFunction | undefined {
    return this.#byName.get(name);
  }

  functions(): ConfiguredFunction[] {
    return [...this.#byName.values()];
  }
}

/** The part of a page task that locates the function. */
export function taskTarget({ path: { root, keys }, fingerprint }: ConfiguredFunction): Omit<PageTask, 'id' | 'args'> {
  if (root.kind === 'window') return { path: keys };
  return { root, path: keys, ...(fingerprint === undefined ? {} : { fingerprint }) };
}

function readSite({ pattern, functions, captures = [] }: SiteSettings): ServedSite {
  const served: ConfiguredFunction[] = [];
  const site = { pattern: parseSitePattern(pattern), functions: served, captures };
  for (const fn of functions) served.push(readFunction(fn, site));
  return site;
}

function readFunction({ name, path, fingerprint, default: isDefault = false }: FunctionSettings, site: ServedSite) {
  return { name, path: parsePath(path), fingerprint, isDefault, site };
}
