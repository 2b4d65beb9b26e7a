import { MAX_CLIENT_ID_LENGTH, MAX_FUNCTION_NAME_LENGTH } from '../../../shared/limits.ts';
import { nearestName } from '../../../shared/nearest-name.ts';
import { quoteName } from '../../../shared/quote-name.ts';
import { knownFields, strict } from '../../../shared/unknown-field.ts';
import { formatPlace, wordIssues } from '../../../shared/word-issue.ts';
import type { Text } from '../../ui/t.ts';
import { Capture } from '../capture-schema.ts';
import { Settings } from '../settings-schema.ts';
import { canonicalSitePattern } from '../site-pattern.ts';
import { explainPath } from './explain-path.ts';

/** The file may be edited by hand: a misspelt field is an error. */
const StrictSettings = strict(Settings);
const StrictCapture = strict(Capture);

interface Issue {
  readonly code?: string;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly expected?: unknown;
  readonly keys?: readonly string[];
}

/** The first error in settings, for people, and its place; undefined if there is none. */
export function explainSettings(json: unknown): { place: string; text: Text } | undefined {
  const issues: readonly Issue[] = StrictSettings.safeParse(json).error?.issues ?? [];
  // An unknown field usually explains why another is missing.
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0];
  if (!issue) return undefined;
  return { place: formatPlace(issue.path), text: explainIssue(issue, json) };
}

function explainIssue(issue: Issue, json: unknown): Text {
  if (issue.keys?.[0] !== undefined) return explainUnknown(issue.keys[0], issue.path);
  if (issue.code === 'invalid_type' && typeof issue.expected === 'string') {
    return ['expectedType', { type: issue.expected }];
  }
  // Fields of captures have their own rules.
  if (issue.path.includes('captures'))
    return ['captureInvalid', { reason: reasonOfCapture(valueAt(json, issue.path.slice(0, 4))) }];
  const value = valueAt(json, issue.path);
  switch (issue.path.at(-1)) {
    case 'relayUrl':
      return ['relayUrlInvalid'];
    case 'clientId':
      return value === '' ? ['clientIdEmpty'] : ['tooLong', { max: MAX_CLIENT_ID_LENGTH }];
    case 'name':
      return value === '' ? ['nameEmpty'] : ['tooLong', { max: MAX_FUNCTION_NAME_LENGTH }];
    case 'path':
      return explainPath(String(value)) ?? ['pathEmpty'];
    case 'pattern':
      return ['patternInvalid'];
    case 'version':
      return ['expectedType', { type: '1' }];
    default:
      return explainRepetition(json) ?? ['saveFailed', { reason: issue.message }];
  }
}

function explainUnknown(field: string, path: readonly PropertyKey[]): Text {
  const meant = nearestName(field, knownFields(StrictSettings, path));
  if (meant === undefined) return ['unknownField', { field: quoteName(field) }];
  return ['unknownFieldMeant', { field: quoteName(field), meant: quoteName(meant) }];
}

/** `json` is the capture: `sites[0].captures[0]` of the settings. */
function reasonOfCapture(json: unknown): string {
  const issues = StrictCapture.safeParse(json).error?.issues ?? [];
  return wordIssues(issues, { schema: StrictCapture, json, root: 'it' });
}

/** Rules across sites; each field is valid here. */
function explainRepetition(json: unknown): Text | undefined {
  const { sites } = json as Settings; // The schema checks these rules last, after the shape.
  const seenSites = new Set<string>();
  const siteOfName = new Map<string, string>();
  for (const { pattern: text, functions } of sites) {
    const pattern = canonicalSitePattern(text);
    if (seenSites.has(pattern)) return ['siteTaken', { site: pattern }];
    seenSites.add(pattern);
    for (const { name } of functions) {
      const site = siteOfName.get(name);
      if (site !== undefined) return ['nameTaken', { name, site }];
      siteOfName.set(name, pattern);
    }
  }
  return ['defaultTwice'];
}

function valueAt(json: unknown, path: readonly PropertyKey[]): unknown {
  let value = json;
  for (const key of path) {
    value = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
  }
  return value;
}
