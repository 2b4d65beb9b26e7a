import { readdirSync, readFileSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeValue } from '../../../shared/decode-value.ts';
import { type ErrorCode, HTTP_STATUS } from '../../../shared/errors.ts';
import { startTestRelay, type TestRelay } from '../../testing/test-relay.ts';
import { DOCS_LANGUAGES, sayIn } from './docs-language.ts';
import { errorMeanings } from './error-meaning.ts';
import type { Answer, Content, OpenApiDocument, Operation } from './openapi.ts';
import { openApiIn } from './openapi-document.ts';

const reached = { url: 'http://relay.example', prefix: '' };
const document = openApiIn('en')(reached);
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
  it.each(DOCS_LANGUAGES)('is the document in a language, and valid OpenAPI 3.1: %s', async (lang) => {
    const response = await fetch(`${relay.url}/openapi.json?lang=${lang}`);
    const served = (await response.json()) as OpenApiDocument;
    expect(served).toEqual(JSON.parse(JSON.stringify(openApiIn(lang)({ url: relay.url, prefix: '' }))));
    const validator = new Validator();
    expect(await validator.validate({ ...structuredClone(served) })).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
  });

  it('is English unless another language is asked for, and knows no others', async () => {
    const of = async (query: string) => (await (await fetch(`${relay.url}/openapi.json${query}`)).json()) as unknown;
    expect(await of('')).toEqual(await of('?lang=en'));
    expect(await of('?lang=fr')).toMatchObject({ code: 'bad_request', detail: expect.stringContaining('lang') });
  });

  it('describes the same in each language', () => {
    const textsOf = (lang: (typeof DOCS_LANGUAGES)[number]) => {
      const texts: string[] = [];
      const shape = JSON.stringify(openApiIn(lang)(reached), (key, value) => {
        if (!/^(description|summary|title|detail|tags)$/.test(key) || typeof value === 'object') return value;
        texts.push(value);
        return '';
      });
      return { shape: shape.replace(/"tags":\[[^\]]*\]/g, ''), texts };
    };
    const [english, chinese] = [textsOf('en'), textsOf('zh-CN')];
    expect(chinese.shape).toBe(english.shape);
    // Of a Chinese text only code, names and error messages are the same.
    const same = chinese.texts.filter((text, index) => text === english.texts[index]);
    expect(
      same.filter((text) => / (the|is|of|a) /.test(text) && !/client "my-browser"|is a DOM node/.test(text)),
    ).toEqual([]);
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
    expect(table).toEqual(errorMeanings(sayIn('en')));
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

describe('GET /openapi.json for others', () => {
  const path = '/openapi.json';

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
