import { visibleLine } from '../../shared/visible-text.ts';
import type { Capture } from '../sites/capture-schema.ts';
import type { FunctionSettings, Settings, SiteSettings } from '../sites/settings-schema.ts';
import { findSite } from '../sites/ui/settings-edits.ts';
import type { Text } from '../ui/t.ts';

/**
 * Describes everything that takes effect with new settings, except the token. Each value is shown whole and on one
 * line: no invisible character may hide or reorder what a person reads.
 */
export function describeChanges(before: Settings, after: Settings): Text[] {
  const changes = [
    ...describeConnection(before, after),
    ...describeSites(before, after),
    ...describeDefault(before, after),
  ];
  return changes.map(visible);
}

function visible([key, values]: Text): Text {
  if (values === undefined) return [key] as Text;
  const shown = Object.entries(values).map(([name, value]) => [name, visibleLine(String(value))]);
  // `as`: the same key and the same names.
  return [key, Object.fromEntries(shown)] as Text;
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
  const starts = after.enabled && !before?.enabled;
  const old: SiteSettings = before ?? { pattern: site, enabled: false, functions: [] };
  return [
    ...describeState(before, after),
    ...after.functions.flatMap((fn) => describeFunction(site, findFunction(old, fn.name), fn, starts)),
    ...old.functions
      .filter(({ name }) => !findFunction(after, name))
      .map(({ name }): Text => ['changeFunctionRemoved', { site, name }]),
    ...describeCaptures(old, after, starts),
  ];
}

function describeState(before: SiteSettings | undefined, { pattern: site, enabled }: SiteSettings): Text[] {
  if (!before) return [[enabled ? 'changeSiteAddedEnabled' : 'changeSiteAddedDisabled', { site }]];
  if (before.enabled === enabled) return [];
  return [[enabled ? 'changeSiteEnabled' : 'changeSiteDisabled', { site }]];
}

/** `starts`: its site is enabled by the change, so it can be called from then on even if it is the same. */
function describeFunction(
  site: string,
  before: FunctionSettings | undefined,
  { name, path, fingerprint }: FunctionSettings,
  starts: boolean,
): Text[] {
  const changes: Text[] = [];
  if (!before) changes.push(['changeFunctionAdded', { site, name, path }]);
  else if (before.path !== path) changes.push(['changeFunctionPath', { site, name, before: before.path, after: path }]);
  else if (starts) changes.push(['changeFunctionStarts', { site, name, path }]);
  if (fingerprint !== undefined && (starts || before?.fingerprint !== fingerprint))
    changes.push(['changeFingerprint', { site, name, fingerprint }]);
  if (fingerprint === undefined && before?.fingerprint !== undefined)
    changes.push(['changeFingerprintRemoved', { site, name }]);
  return changes;
}

/** A capture is code for a site's scripts, so all of it is shown. */
function describeCaptures(
  { captures: before = [] }: SiteSettings,
  { pattern, captures: after = [] }: SiteSettings,
  starts: boolean,
): Text[] {
  const changed = after.filter((capture) => starts || !before.some((other) => isSame(other, capture)));
  const removed = before.filter(({ name }) => !after.some((other) => other.name === name));
  return [
    ...changed.flatMap((capture) => describeCapture(pattern, capture)),
    ...removed.map(({ name }): Text => ['changeCaptureRemoved', { site: pattern, name }]),
  ];
}

function describeCapture(site: string, { name, script, expression, at, fingerprint, way }: Capture): Text[] {
  const place = 'text' in at ? at.text : `${at.line}:${at.column}`;
  const known: Text[] = fingerprint === undefined ? [] : [['changeFingerprint', { site, name, fingerprint }]];
  if (expression === undefined) return [['changeCaptureFunction', { site, name, script, place }], ...known];
  const key = way === 'breakpoint' ? 'changeCaptureBreakpoint' : 'changeCapture';
  return [[key, { site, name, expression, script, place }], ...known];
}

function isSame(one: Capture, other: Capture): boolean {
  const text = ({ name, script, at, expression, fingerprint, way }: Capture) =>
    JSON.stringify([name, script, at, expression, fingerprint, way]);
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
