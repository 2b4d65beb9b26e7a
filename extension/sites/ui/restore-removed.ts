import type { Complaint } from '../../ui/complaint.ts';
import type { Text } from '../../ui/t.ts';
import type { FunctionSettings, Settings, SiteSettings } from '../settings-schema.ts';
import type { Edited } from './settings-edits.ts';

/** Undoes a removal of sites, functions or captures; later changes stay. */
export function restoreRemoved(settings: Settings, before: Settings, after: Settings): Edited {
  const names = new Map(settings.sites.flatMap((site) => site.functions.map((fn) => [fn.name, site.pattern] as const)));
  const hasDefault = settings.sites.some((site) => site.functions.some((fn) => fn.default));
  let refusal: Complaint | undefined;
  const mayReturn = (fn: FunctionSettings): FunctionSettings => {
    const site = names.get(fn.name);
    if (site !== undefined) refusal ??= complain(['nameTaken', { name: fn.name, site }]);
    const { default: _default, ...rest } = fn;
    return hasDefault ? rest : fn;
  };
  const removedSites = without(before.sites, after.sites, patternOf);
  const empty = removedSites.map((site) => ({ ...site, functions: [], captures: undefined }));
  const sites = withRestored(settings.sites, empty, before.sites, patternOf).map((site) => {
    const old = before.sites.find(({ pattern }) => pattern === site.pattern);
    if (!old) return site;
    const left = after.sites.find(({ pattern }) => pattern === site.pattern);
    const functions = without(old.functions, left?.functions ?? [], nameOf).map(mayReturn);
    const captures = without(old.captures ?? [], left?.captures ?? [], nameOf);
    return {
      ...site,
      functions: withRestored(site.functions, functions, old.functions, nameOf),
      ...(captures.length > 0
        ? { captures: withRestored(site.captures ?? [], captures, old.captures ?? [], nameOf) }
        : {}),
    };
  });
  const gone = before.sites.find((site) => isChangedAndGone(site, settings, after));
  if (gone) refusal ??= complain(['siteGone', { site: gone.pattern }]);
  return refusal ?? { ...settings, sites: sites.map(withoutUndefined) };
}

/** Something was removed from this site, and since then the site itself. */
function isChangedAndGone(site: SiteSettings, settings: Settings, after: Settings): boolean {
  const left = after.sites.find(({ pattern }) => pattern === site.pattern);
  if (!left || settings.sites.some(({ pattern }) => pattern === site.pattern)) return false;
  return left.functions.length < site.functions.length || (left.captures ?? []).length < (site.captures ?? []).length;
}

function without<Item>(before: readonly Item[], after: readonly Item[], keyOf: (item: Item) => string): Item[] {
  return before.filter((item) => !after.some((other) => keyOf(other) === keyOf(item)));
}

/** Inserts missing items behind their former predecessors. */
function withRestored<Item>(
  now: readonly Item[],
  added: readonly Item[],
  order: readonly Item[],
  keyOf: (item: Item) => string,
): Item[] {
  const items = [...now];
  const indexOf = (key: string) => items.findIndex((item) => keyOf(item) === key);
  for (const item of added) {
    const key = keyOf(item);
    if (indexOf(key) >= 0) continue;
    const before = order
      .slice(
        0,
        order.findIndex((other) => keyOf(other) === key),
      )
      .reverse();
    const neighbour = before.find((other) => indexOf(keyOf(other)) >= 0);
    items.splice(neighbour ? indexOf(keyOf(neighbour)) + 1 : 0, 0, item);
  }
  return items;
}

function withoutUndefined({ captures, ...site }: SiteSettings): SiteSettings {
  return captures === undefined ? site : { ...site, captures };
}

function patternOf({ pattern }: SiteSettings): string {
  return pattern;
}

function nameOf({ name }: { name: string }): string {
  return name;
}

function complain(text: Text): Complaint {
  return { field: 'settings', text };
}
