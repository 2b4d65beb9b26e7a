import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ATTACKS } from '../e2e/attack/attacks.ts';
import {
  DEFAULT_MAX_CONNECTIONS,
  DEFAULT_MAX_UNREAD_BYTES,
  DEFAULT_MAX_UNREAD_BYTES_IN_ALL,
  FLOOD_FACTOR,
  FUNCTIONS_EVENT_MS,
  HEAD_MS,
  MAX_FUNCTIONS_LENGTH_IN_ALL,
  MAX_LIST_BYTES,
  MAX_UNFINISHED_BYTES,
  REQUEST_MS,
  SLICE_MS,
  STALL_MS,
  WRONG_TOKENS,
} from '../server/limits.ts';
import { DEFAULT_MAX_IN_FLIGHT } from '../shared/limits.ts';

const root = new URL('../', import.meta.url);
const doc = readFileSync(new URL('docs/security.md', root), 'utf8');

/** The cells of the table under a heading, without its head. */
function rowsOf(heading: string): string[][] {
  const section = doc.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((row) => row.split('|').map((cell) => cell.trim()));
}

const MIB = 1024 * 1024;
const NOT_YET = /^not yet tested/;
const rows = rowsOf('Threats').map(([, who, what, , tests = '']) => ({
  title: `${who} that ${what}`,
  tests: tests.split('<br>'),
}));

it.each(rows)('names tests that exist: $title', ({ tests }) => {
  for (const test of tests) {
    if (NOT_YET.test(test)) continue;
    const [, file = '', name = ''] = /^`([^`]+)` › (.+)$/.exec(test) ?? [];
    const path = new URL(file, root);
    expect(file !== '' && existsSync(path), `no such file: ${test}`).toBe(true);
    expect(isNamedIn(readFileSync(path, 'utf8'), name), `no such test: ${test}`).toBe(true);
  }
});

it('says the numbers that the relay has', () => {
  const defaults = Object.fromEntries(
    rowsOf('Rate limits and other limits').map(([, limit = '', value]) => [limit, value]),
  );
  expect(defaults).toMatchObject({
    'connections in all': DEFAULT_MAX_CONNECTIONS.toLocaleString('en'),
    'calls in flight on one connection': DEFAULT_MAX_IN_FLIGHT.toLocaleString('en'),
    'waiting for one connection to read it': `${DEFAULT_MAX_UNREAD_BYTES / MIB} MiB`,
    'waiting for all connections to read it': `${DEFAULT_MAX_UNREAD_BYTES_IN_ALL / MIB} MiB`,
    'frames that have not come whole, of all connections': `${MAX_UNFINISHED_BYTES / MIB} MiB`,
    'names and addresses that all clients announce': `${MAX_FUNCTIONS_LENGTH_IN_ALL / MIB} Mi`,
    'list of clients': `${MAX_LIST_BYTES / MIB} MiB`,
    'time for the messages of one frame before others get a turn': `${SLICE_MS} ms`,
    'new functions of a client told to watches': `${1_000 / FUNCTIONS_EVENT_MS}/s`,
    'wrong tokens of an address': `${WRONG_TOKENS}/min`,
    'time for the head of a request, or for TLS': `${HEAD_MS / 1_000} s`,
    'time for a whole request': `${REQUEST_MS / 1_000} s`,
    'time without taking any of an HTTP answer': `${STALL_MS / 1_000} s`,
  });
  expect(FLOOD_FACTOR).toBe(10);
});

it('lists the kinds of attacks that are made', () => {
  const listed = rowsOf('Attacks on the relay').map(([, kind]) => kind);
  expect(listed).toEqual([...new Set(ATTACKS.map(({ kind }) => kind))]);
});

/** Whether a test of this name is written there, in whichever quotes. */
function isNamedIn(source: string, name: string): boolean {
  return ["'", '"', '`'].some((quote) => source.includes(`${quote}${name}${quote}`));
}
