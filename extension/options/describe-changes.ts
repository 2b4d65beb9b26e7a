import type { Capture } from '../sites/capture-schema.ts';
import type { FunctionSettings, Settings, SiteSettings } from '../sites/settings-schema.ts';
import { findSite } from '../sites/ui/settings-edits.ts';
import type { Text } from '../ui/t.ts';

/** Describes each difference between two settings, except the token, which imports don't change. */
export function describeChanges(before: Settings, after: Settings): Text[] {
  return [...describeConnection(before, after), ...describeSites(before, after), ...describeDefault(before, after)];
}

function describeConnection(before: Settings, after: Settings): Text[] {
  const changes: Text[] = [];
  if (before.on !== after.on) changes.push([after.on ? 'changeOn' : 'changeOff']);
  if (before.relayUrl !== after.relayUrl) {
    changes.push(['changeRelayUrl', { before: before.relayUrl, after: after.relayUrl }]);
  }
  if (before.clientId !== after.clientId) {
    changes.push(['changeClientId', { before: before.clientId, after: after.clientId }]);
  }
  return changes;
}

function describeSites(before: Settings, after: Settings): Text[] {
  const removed = before.sites.filter((site) => !findSite(after, site.pattern));
  return [
    ...after.sites.flatMap((site) => describeSite(findSite(before, site.pattern), site)),
    ...removed.map((site): Text => ['changeSiteRemoved', { site: site.pattern, functions: namesOf(site) }]),
  ];
}

function describeSite(before: SiteSettings | undefined, after: SiteSettings): Text[] {
  const site = after.pattern;
  if (!before) {
    const nothing: SiteSettings = { pattern: site, enabled: false, functions: [] };
    return [['changeSiteAdded', { site, functions: namesOf(after) }], ...describeCaptures(nothing, after)];
  }
  const changes: Text[] = [];
  if (before.enabled !== after.enabled)
    changes.push([after.enabled ? 'changeSiteEnabled' : 'changeSiteDisabled', { site }]);
  for (const { name, path } of after.functions) {
    const old = findFunction(before, name);
    if (!old) changes.push(['changeFunctionAdded', { site, name, path }]);
    else if (old.path !== path) changes.push(['changeFunctionPath', { site, name, before: old.path, after: path }]);
  }
  for (const { name } of before.functions) {
    if (!findFunction(after, name)) changes.push(['changeFunctionRemoved', { site, name }]);
  }
  changes.push(...describeCaptures(before, after));
  return changes;
}

/** A capture is code for a site's scripts, so all of it is shown. */
function describeCaptures(
  { captures: before = [] }: SiteSettings,
  { pattern, captures: after = [] }: SiteSettings,
): Text[] {
  const changed = after.filter((capture) => !before.some((other) => isSame(other, capture)));
  const removed = before.filter(({ name }) => !after.some((other) => other.name === name));
  return [
    ...changed.map(({ name, script, expression, at, way }): Text => {
      const place = 'text' in at ? at.text : `${at.line}:${at.column}`;
      const key = way === 'breakpoint' ? 'changeCaptureBreakpoint' : 'changeCapture';
      return [key, { site: pattern, name, expression, script, place }];
    }),
    ...removed.map(({ name }): Text => ['changeCaptureRemoved', { site: pattern, name }]),
  ];
}

function isSame(one: Capture, other: Capture): boolean {
  const text = ({ name, script, at, expression, way }: Capture) => JSON.stringify([name, script, at, expression, way]);
  return text(one) === text(other);
}

function describeDefault(before: Settings, after: Settings): Text[] {
  const [was, is] = [before, after].map((settings) => markedDefault(settings)?.name);
  if (was === is) return [];
  return [is === undefined ? ['changeDefaultNone'] : ['changeDefault', { name: is }]];
}

function markedDefault({ sites }: Settings): FunctionSettings | undefined {
  return sites.flatMap((site) => site.functions).find((fn) => fn.default);
}

function findFunction(site: SiteSettings, name: string): FunctionSettings | undefined {
  return site.functions.find((fn) => fn.name === name);
}

function namesOf({ functions }: SiteSettings): string {
  return functions.map(({ name }) => name).join(', ') || '–';
}
