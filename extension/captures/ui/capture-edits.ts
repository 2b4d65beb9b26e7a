import { Capture } from '../../sites/capture-schema.ts';
import type { Settings, SiteSettings } from '../../sites/settings-schema.ts';
import { addFunction, type Edited, findSite } from '../../sites/ui/settings-edits.ts';
import type { Complaint, Field } from '../../ui/complaint.ts';
import type { Text } from '../../ui/t.ts';

/** The form fields of a capture. The anchor is source text or `line:column`. */
export interface CaptureEntry {
  readonly name: string;
  readonly script: string;
  readonly anchor: string;
  /** Empty: the function at the anchor. */
  readonly expression: string;
  readonly breakpoint: boolean;
  /** Of the function at this anchor, as long as the anchor is not changed. */
  readonly fingerprint?: { readonly of: string; readonly at: string };
}

const LINE_COLUMN = /^\s*(\d{1,9})\s*:\s*(\d{1,9})\s*$/;

export function entryOf({ name, script, at, expression = '', fingerprint, way }: Capture): CaptureEntry {
  const anchor = 'text' in at ? at.text : `${at.line}:${at.column}`;
  const known = fingerprint === undefined ? {} : { fingerprint: { of: fingerprint, at: anchor } };
  return { name, script, anchor, expression, breakpoint: way === 'breakpoint', ...known };
}

/** Adds a capture to a site, and a function that starts at it, if the name is free. */
export function addCapture(settings: Settings, pattern: string, entry: CaptureEntry): Edited {
  const capture = readEntry(settings, pattern, entry);
  if ('field' in capture) return capture;
  const after = changeCaptures(settings, pattern, (captures) => [...captures, capture]);
  const path = `capture:${capture.name}`;
  const names = settings.sites.flatMap((site) => site.functions);
  if (names.some((fn) => fn.name === capture.name)) return after;
  return addFunction(after, pattern, { name: capture.name, path });
}

/** Changes a capture. Paths of functions that start at it get its new name. */
export function editCapture(settings: Settings, pattern: string, oldName: string, entry: CaptureEntry): Edited {
  const capture = readEntry(settings, pattern, entry, oldName);
  if ('field' in capture) return capture;
  const after = changeCaptures(settings, pattern, (captures) =>
    captures.map((other) => (other.name === oldName ? capture : other)),
  );
  return {
    ...after,
    sites: after.sites.map((site) => (site.pattern === pattern ? renamed(site, oldName, capture.name) : site)),
  };
}

export function removeCapture(settings: Settings, pattern: string, name: string): Edited {
  return changeCaptures(settings, pattern, (captures) => captures.filter((capture) => capture.name !== name));
}

function changeCaptures(settings: Settings, pattern: string, change: (captures: Capture[]) => Capture[]): Settings {
  const sites = settings.sites.map((site) =>
    site.pattern === pattern ? { ...site, captures: change(site.captures ?? []) } : site,
  );
  return { ...settings, sites };
}

function renamed(site: SiteSettings, oldName: string, name: string): SiteSettings {
  const start = `capture:${oldName}`;
  const functions = site.functions.map((fn) => {
    const rest = fn.path.slice(start.length);
    return fn.path.startsWith(start) && /^(#|$)/.test(rest) ? { ...fn, path: `capture:${name}${rest}` } : fn;
  });
  return { ...site, functions };
}

function readEntry(settings: Settings, pattern: string, entry: CaptureEntry, oldName?: string): Capture | Complaint {
  const site = findSite(settings, pattern);
  if (!site) return complain('settings', ['siteGone', { site: pattern }]);
  const name = entry.name.trim();
  const taken = name !== oldName && site.captures?.some((capture) => capture.name === name);
  if (taken) return complain('name', ['captureTaken', { name }]);
  const [, line, column] = LINE_COLUMN.exec(entry.anchor) ?? [];
  const at = line && column ? { line: Number(line), column: Number(column) } : { text: entry.anchor };
  const expression = entry.expression.trim();
  if (expression === '' && entry.breakpoint) return complain('expression', ['captureExpressionEmpty']);
  return check({
    name,
    script: entry.script.trim(),
    at,
    ...(expression === '' ? knownFunction(entry) : { expression }),
    ...(entry.breakpoint ? { way: 'breakpoint' } : {}),
  });
}

function knownFunction({ fingerprint, anchor }: CaptureEntry): Pick<Capture, 'fingerprint'> {
  return fingerprint?.at === anchor ? { fingerprint: fingerprint.of } : {};
}

function check(json: Capture): Capture | Complaint {
  const parsed = Capture.safeParse(json);
  if (parsed.success) return parsed.data;
  switch (parsed.error.issues[0]?.path[0]) {
    case 'name':
      return complain('name', ['captureNameWrong']);
    case 'script':
      return complain('script', ['captureScriptWrong']);
    case 'at':
      return complain('anchor', ['capturePlaceWrong']);
    default:
      return complain('expression', ['captureExpressionEmpty']);
  }
}

function complain(field: Field, text: Text): Complaint {
  return { field, text };
}
