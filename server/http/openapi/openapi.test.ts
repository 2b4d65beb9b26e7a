import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeValue } from '../../../shared/decode-value.ts';
import { type ErrorCode, HTTP_STATUS } from '../../../shared/errors.ts';
import { startTestRelay, type TestRelay } from '../../testing/test-relay.ts';
import { docsPage } from './docs-page.ts';
import { ERROR_MEANING } from './error-meaning.ts';
import type { Answer, Content, OpenApiDocument, Operation } from './openapi.ts';
import { openApiDocument } from './openapi-document.ts';

const document = openApiDocument();
const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
const call = document.paths['/api/clients/{clientId}/functions/{name}']?.post;
const PROBLEM = 'application/problem+json';

let relay: TestRelay;
beforeAll(async () => {
  // Ready on a busy machine too.
  relay = await startTestRelay({ PAGEWIRE_MAX_LOOP_DELAY_MS: '1000000' });
});
afterAll(() => relay.close());

/** Says what about `json` does not fit a schema of the document; null where it fits. */
function misfit(json: unknown, schema: object): unknown {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  // OpenAPI's `#/components/…` are found from the root of what is compiled.
  const validate = ajv.compile({ ...schema, components: document.components });
  return validate(json) ? null : validate.errors;
}

describe('GET /openapi.json', () => {
  it('is valid OpenAPI 3.1', async () => {
    const response = await fetch(`${relay.url}/openapi.json`);
    const served = (await response.json()) as OpenApiDocument;
    expect(served).toEqual(JSON.parse(JSON.stringify(document)));
    const validator = new Validator();
    expect(await validator.validate({ ...structuredClone(served) })).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
  });

  it('documents each code with its status, and a call with all codes', () => {
    const codesOfCall = failuresOf(call).map(({ code }) => code);
    const carried = Object.keys(HTTP_STATUS).filter((code) => code !== 'relay_disconnected');
    expect(new Set(codesOfCall)).toEqual(new Set(carried));
    for (const { status, code, content } of operations.flatMap(failuresOf)) {
      // Of another content type, and of nothing at this path, there is a status of its own.
      const isNoPage = status === 404 && code === 'bad_request';
      if (status !== 415 && !isNoPage) expect([code, HTTP_STATUS[code]]).toEqual([code, status]);
      expect(content[PROBLEM]?.examples?.[code]?.value).toMatchObject({ status, code });
    }
  });

  it('describes each code as docs/protocol.md does', () => {
    const text = readFileSync(new URL('../../../docs/protocol.md', import.meta.url), 'utf8');
    const rows = [...text.matchAll(/^\| `(\w+)` +\| (\d{3}) +\| (.*?) *\|$/gm)];
    const table = Object.fromEntries(rows.map(([, code, , meaning]) => [code, meaning]));
    expect(table).toEqual(ERROR_MEANING);
  });

  it('has examples that are valid by its schemas', () => {
    const contents = operations.flatMap(({ requestBody, responses }) => [
      ...(requestBody ? [requestBody.content] : []),
      ...Object.values(responses).map(({ content }) => content),
    ]);
    const media = contents.flatMap((content) => Object.values(content));
    const examples = media.flatMap(({ schema = {}, examples = {} }) =>
      Object.values(examples).map(({ value }) => ({ schema, value })),
    );
    const ofSchemas = Object.values(document.components.schemas).flatMap((schema) =>
      (schema.examples ?? []).map((value) => ({ schema, value })),
    );
    expect(examples.length).toBeGreaterThan(40);
    for (const { schema, value } of [...examples, ...ofSchemas]) {
      expect(misfit(value, schema)).toBe(null);
      expect(() => decodeValue(structuredClone(value))).not.toThrow();
    }
  });

  it('has valid tagged values in its overview', () => {
    const values = [...document.info.description.matchAll(/`(\{"\$type".*?\})`/g)].map(([, json = '']) => json);
    expect(values.length).toBe(9);
    for (const json of values) expect(() => decodeValue(JSON.parse(json))).not.toThrow();
  });

  it('has exactly the existing routes', () => {
    const folder = new URL('../routes/', import.meta.url);
    const names = readdirSync(folder).filter((name) => !name.endsWith('.test.ts'));
    const sources = names.map((name) => readFileSync(new URL(name, folder), 'utf8'));
    const routes = sources.flatMap((source) => [...source.matchAll(/(?:get\(|PATH = )'(\/[^']*)'/g)]);
    const paths = routes.map(([, path = '']) => path.replace(/:(\w+)/g, '{$1}'));
    expect(paths.sort()).toEqual(Object.keys(document.paths).sort());
  });

  it.each([
    ['a call', 'POST', call, '/api/clients/shop/functions/encrypt', '{"args":["x"]}', 200],
    ['a call of an unknown client', 'POST', call, '/api/clients/nobody/functions/encrypt', '{}', 404],
    ['an invalid call', 'POST', call, '/api/clients/shop/functions/encrypt', '{"timeoutMs":0}', 400],
    ['a list', 'GET', document.paths['/api/clients']?.get, '/api/clients', undefined, 200],
    ['health', 'GET', document.paths['/healthz']?.get, '/healthz', undefined, 200],
    ['readiness', 'GET', document.paths['/readyz']?.get, '/readyz', undefined, 200],
    ['the statistics', 'GET', document.paths['/api/stats']?.get, '/api/stats', undefined, 200],
    [
      'an invalid request for events',
      'GET',
      document.paths['/api/events']?.get,
      '/api/events?callsPerSecond=0',
      undefined,
      400,
    ],
    ['a snippet without a path', 'GET', document.paths['/snippet.js']?.get, '/snippet.js', undefined, 400],
  ] as const)('is right about %s', async (_what, method, operation, path, body, status) => {
    const client = await relay.connect();
    (await client.serve('shop')).echo();
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(relay.url + path, { method, headers, ...(body !== undefined && { body }) });
    expect(response.status).toBe(status);
    const type = response.headers.get('content-type')?.split(';')[0] ?? '';
    const schema = operation?.responses[status]?.content[type]?.schema;
    expect(schema).toBeDefined();
    expect(misfit(await response.json(), schema ?? {})).toBe(null);
    client.socket.terminate();
  });
});

describe('GET /docs', () => {
  it('is a page with the whole document, under a strict policy', async () => {
    const response = await fetch(`${relay.url}/docs`);
    const page = await response.text();
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const style = /<style>([\s\S]*?)<\/style>/.exec(page)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(response.headers.get('content-security-policy')).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
    expect(page).not.toMatch(/<script|<link|<img|@import|url\(|\sstyle=|\son\w+=/i);
    for (const { summary, operationId } of operations) {
      expect(page).toContain(`<section id="${operationId}">\n<h2>${summary}</h2>`);
    }
    expect(page).toContain(`curl -sS --fail-with-body ${relay.url}/api/clients/my-browser/functions/encrypt`);
  });

  it('has no broken link', () => {
    const page = docsPage(document, 'http://relay.example');
    const ids = new Set([...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
    const links = [...page.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);
    expect(links.filter((link) => !ids.has(link))).toEqual([]);
    expect(links.length).toBeGreaterThan(10);
  });

  it('shows the document as text', () => {
    const hostile = { ...document, info: { ...document.info, title: `<img src=x onerror="a()">&'` } };
    const page = docsPage(hostile, 'http://relay.example/"><script>');
    expect(page).not.toMatch(/<img|<script/);
    expect(page).toContain('<h1>&#60;img src=x onerror=&#34;a()&#34;&#62;&#38;&#39; ');
  });
});

describe.each(['/openapi.json', '/docs'])('%s', (path) => {
  it('needs no token', async () => {
    const guarded = await startTestRelay({ PAGEWIRE_CALLER_TOKEN: 'a-token-of-a-caller' });
    expect((await fetch(guarded.url + path)).status).toBe(200);
    await guarded.close();
  });

  it('is not readable for other origins', async () => {
    const response = await fetch(relay.url + path, { headers: { origin: 'https://evil.example' } });
    expect([response.status, await response.json()]).toMatchObject([403, { code: 'forbidden' }]);
  });
});

interface Failure {
  status: number;
  code: ErrorCode;
  content: Content;
}

function failuresOf(operation: Operation | undefined): Failure[] {
  const answers: [string, Answer][] = Object.entries(operation?.responses ?? {});
  return answers.flatMap(([status, { content }]) => {
    const properties: Record<string, unknown> = content[PROBLEM]?.schema?.properties ?? {};
    const { enum: codes = [] } = (properties.code ?? {}) as { enum?: ErrorCode[] };
    return codes.map((code) => ({ status: Number(status), code, content }));
  });
}
