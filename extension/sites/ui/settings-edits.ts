import { MAX_CLIENT_ID_LENGTH, MAX_FUNCTION_NAME_LENGTH } from '../../../shared/limits.ts';
import type { Complaint, Field } from '../../ui/complaint.ts';
import type { Text } from '../../ui/t.ts';
import { type FunctionSettings, isRelayUrl, type Settings, type SiteSettings } from '../settings-schema.ts';
import { formatSitePattern, matchPattern, parseSitePattern, siteOfUrl } from '../site-pattern.ts';
import { explainPath } from './explain-path.ts';

/** The edits of popup and options page: each returns new settings, or what is wrong. */
export type Edited = Settings | Complaint;

/** The form fields of a function. */
export type FunctionEntry = Pick<FunctionSettings, 'name' | 'path' | 'fingerprint'>;

export function setOn(settings: Settings, on: boolean): Edited {
  return { ...settings, on };
}

export function setRelayUrl(settings: Settings, text: string): Edited {
  const relayUrl = text.trim();
  return isRelayUrl(relayUrl) ? { ...settings, relayUrl } : complain('relayUrl', ['relayUrlInvalid']);
}

export function setClientId(settings: Settings, text: string): Edited {
  const clientId = text.trim();
  if (clientId === '') return complain('clientId', ['clientIdEmpty']);
  if (clientId.length > MAX_CLIENT_ID_LENGTH) return complain('clientId', ['tooLong', { max: MAX_CLIENT_ID_LENGTH }]);
  return { ...settings, clientId };
}

export function setToken(settings: Settings, text: string): Edited {
  return { ...settings, token: text.trim() };
}

export function addSite(settings: Settings, text: string, enabled: boolean): Edited {
  const pattern = readPattern(text);
  if (pattern === undefined) return complain('pattern', ['patternInvalid']);
  if (findSite(settings, pattern)) return complain('pattern', ['siteTaken', { site: pattern }]);
  return { ...settings, sites: [...settings.sites, { pattern, enabled, functions: [] }] };
}

/** Changes a site's address and keeps its functions. */
export function renameSite(settings: Settings, oldPattern: string, text: string): Edited {
  const pattern = readPattern(text);
  if (pattern === undefined) return complain('pattern', ['patternInvalid']);
  if (pattern !== oldPattern && findSite(settings, pattern)) {
    return complain('pattern', ['siteTaken', { site: pattern }]);
  }
  return changeSite(settings, oldPattern, (site) => ({ ...site, pattern }));
}

/** Enables or disables a site; one that is not listed yet is added. */
export function setSiteEnabled(settings: Settings, pattern: string, enabled: boolean): Edited {
  if (!findSite(settings, pattern)) return addSite(settings, pattern, enabled);
  return changeSite(settings, pattern, (site) => ({ ...site, enabled }));
}

export function removeSite(settings: Settings, pattern: string): Edited {
  return { ...settings, sites: settings.sites.filter((site) => site.pattern !== pattern) };
}

export function addFunction(settings: Settings, pattern: string, entry: FunctionEntry): Edited {
  const fn = readFunction(settings, entry);
  if ('text' in fn) return fn;
  return changeSite(settings, pattern, (site) => ({ ...site, functions: [...site.functions, fn] }));
}

export function editFunction(settings: Settings, pattern: string, oldName: string, entry: FunctionEntry): Edited {
  const fn = readFunction(settings, entry, oldName);
  if ('text' in fn) return fn;
  const site = findSite(settings, pattern);
  if (!site?.functions.some(({ name }) => name === oldName))
    return complain('name', ['functionGone', { name: oldName }]);
  return changeFunctions(settings, (old) => (old.name === oldName ? { ...withPath(old, fn.path), ...fn } : old));
}

/** A fingerprint belongs to one path. */
function withPath({ fingerprint, ...fn }: FunctionSettings, path: string): FunctionSettings {
  return path === fn.path && fingerprint !== undefined ? { ...fn, fingerprint } : { ...fn, path };
}

export function removeFunction(settings: Settings, name: string): Edited {
  const sites = settings.sites.map((site) => ({ ...site, functions: site.functions.filter((fn) => fn.name !== name) }));
  return { ...settings, sites };
}

export function setDefault(settings: Settings, name: string): Edited {
  return changeFunctions(settings, ({ default: _old, ...fn }) => (fn.name === name ? { ...fn, default: true } : fn));
}

/** The function for calls that name none: the marked one, otherwise `encrypt`, otherwise the only one. */
export function defaultFunction({ sites }: Settings): string | undefined {
  const functions = sites.flatMap((site) => site.functions);
  const marked = functions.find((fn) => fn.default) ?? functions.find(({ name }) => name === 'encrypt');
  return (marked ?? (functions.length === 1 ? functions[0] : undefined))?.name;
}

/** The first protocol calls `encrypt`; the first function is usually that one. */
export function suggestedName({ sites }: Settings): string {
  return sites.some((site) => site.functions.some(({ name }) => name === 'encrypt')) ? '' : 'encrypt';
}

export function findSite({ sites }: Settings, pattern: string): SiteSettings | undefined {
  return sites.find((site) => site.pattern === pattern);
}

/** The match pattern of a site's permission. */
export function permissionOf(pattern: string): string {
  return matchPattern(parseSitePattern(pattern));
}

/** Whether an enabled site still needs this permission. */
export function needsPermission({ sites }: Settings, permission: string): boolean {
  return sites.some((site) => site.enabled && permissionOf(site.pattern) === permission);
}

function readFunction(settings: Settings, entry: FunctionEntry, oldName?: string): FunctionEntry | Complaint {
  const name = entry.name.trim();
  const path = entry.path.trim();
  if (name === '') return complain('name', ['nameEmpty']);
  if (name.length > MAX_FUNCTION_NAME_LENGTH) return complain('name', ['tooLong', { max: MAX_FUNCTION_NAME_LENGTH }]);
  const holder =
    name === oldName ? undefined : settings.sites.find((site) => site.functions.some((fn) => fn.name === name));
  if (holder) return complain('name', ['nameTaken', { name, site: holder.pattern }]);
  const wrong = explainPath(path);
  if (wrong) return complain('path', wrong);
  return { name, path, ...(entry.fingerprint === undefined ? {} : { fingerprint: entry.fingerprint }) };
}

function changeSite(settings: Settings, pattern: string, change: (site: SiteSettings) => SiteSettings): Edited {
  if (!findSite(settings, pattern)) return complain('settings', ['siteGone', { site: pattern }]);
  return { ...settings, sites: settings.sites.map((site) => (site.pattern === pattern ? change(site) : site)) };
}

function changeFunctions(settings: Settings, change: (fn: FunctionSettings) => FunctionSettings): Settings {
  return { ...settings, sites: settings.sites.map((site) => ({ ...site, functions: site.functions.map(change) })) };
}

function readPattern(text: string): string | undefined {
  try {
    return formatSitePattern(parseSitePattern(text));
  } catch {
    // Not a pattern; accept the URL of any page of the site. A backslash ends its host where a person may not see it.
    const site = text.includes('\\') ? undefined : siteOfUrl(text.trim());
    return site && formatSitePattern(site);
  }
}

function complain(field: Field, text: Text): Complaint {
  return { field, text };
}
