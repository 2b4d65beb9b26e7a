import { MAX_CLIENT_ID_LENGTH, MAX_FUNCTION_NAME_LENGTH } from '../../shared/limits.ts';
import { Settings } from '../settings-schema.ts';
import { explainPath } from './explain-path.ts';
import type { Text } from './t.ts';

interface Issue {
  readonly code?: string;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly expected?: unknown;
}

/** What is wrong with settings, in words for a person, and where; undefined where nothing is. */
export function explainSettings(json: unknown): { place: string; text: Text } | undefined {
  const parsed = Settings.safeParse(json);
  const issue: Issue | undefined = parsed.error?.issues[0];
  if (!issue) return undefined;
  return { place: formatPlace(issue.path), text: explainIssue(issue, json) };
}

function explainIssue(issue: Issue, json: unknown): Text {
  if (issue.code === 'invalid_type' && typeof issue.expected === 'string') {
    return ['expectedType', { type: issue.expected }];
  }
  // The parts of a capture are named like others, and have rules of their own.
  if (issue.path.includes('captures')) return ['captureInvalid', { reason: issue.message }];
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

/** The rules that span sites; read from settings whose every single field is in order. */
function explainRepetition(json: unknown): Text | undefined {
  const { sites } = json as Settings; // The schema checks these rules last, after the shape.
  const seenSites = new Set<string>();
  const siteOfName = new Map<string, string>();
  for (const { pattern, functions } of sites) {
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

/** `sites[0].functions[1].path`, as a person would look it up in the file. */
function formatPlace(path: readonly PropertyKey[]): string {
  return path
    .map((key, index) => (typeof key === 'number' ? `[${key}]` : `${index ? '.' : ''}${String(key)}`))
    .join('');
}
