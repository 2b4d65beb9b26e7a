import { type ErrorCode, HTTP_STATUS } from '../../../shared/errors.ts';
import { MAX_CLIENT_ID_LENGTH, MAX_FUNCTION_NAME_LENGTH } from '../../../shared/limits.ts';
import { reference } from './component-schemas.ts';
import type { Content, OpenApiDocument, Operation, Parameter, Schema } from './openapi.ts';
import { problemResponse, problemResponses } from './problem-responses.ts';

/** With a caller token, or, where the relay has no tokens, without one. */
const CALLERS: Operation['security'] = [{ callerToken: [] }, {}];
const ANYBODY: Operation['security'] = [];

/** What any request may fail with: by its Host, Origin, address and number, or by no fault of its own. */
const AT_THE_DOOR = ['forbidden', 'rate_limited', 'internal'] as const satisfies ErrorCode[];
const OF_CALLERS = ['unauthorized', ...AT_THE_DOOR] as const;

// `as`: the keys of a constant are known.
const ALL_CODES = Object.keys(HTTP_STATUS) as ErrorCode[];
/** Only the SDK says that its own connection went away. */
const OF_CALLS = ALL_CODES.filter((code) => code !== 'relay_disconnected');

const PATH_PARAMETERS: Parameter[] = [
  {
    name: 'clientId',
    in: 'path',
    required: true,
    description: 'Which browser; percent-encoded, as in any URL.',
    schema: { type: 'string', maxLength: MAX_CLIENT_ID_LENGTH },
    example: 'my-browser',
  },
  {
    name: 'name',
    in: 'path',
    required: true,
    description: 'Which of its functions; percent-encoded.',
    schema: { type: 'string', minLength: 1, maxLength: MAX_FUNCTION_NAME_LENGTH },
    example: 'encrypt',
  },
];

const CALL: Operation = {
  operationId: 'callFunction',
  summary: 'Call a function',
  description:
    'Calls the function in the page, waits for its answer, and returns it. At most one execution: nothing here is ever tried twice. ' +
    'A caller that hangs up cancels its call: it is dropped where it still waits, and a late answer is ignored.',
  security: CALLERS,
  parameters: PATH_PARAMETERS,
  requestBody: {
    required: true,
    content: {
      'application/json': {
        schema: { $ref: reference('Call') },
        examples: {
          plain: { summary: 'one argument', value: { args: ['hello'] } },
          choosy: {
            summary: 'a time limit, and a tab',
            value: { args: ['hello', 2], timeoutMs: 5_000, target: { url: 'https://shop.example/' } },
          },
          bytes: {
            summary: 'bytes, which JSON has no word for',
            value: { args: [{ $type: 'bytes', kind: 'Uint8Array', value: 'aGVsbG8=' }] },
          },
        },
      },
      'application/octet-stream': {
        schema: {
          type: 'string',
          description: 'The one argument, a string, as UTF-8. Then the answer comes raw too, where it can.',
        },
      },
    },
  },
  responses: {
    200: {
      description: 'What the function returned, or what its promise came to.',
      content: {
        'application/json': {
          schema: { $ref: reference('CallResult') },
          examples: {
            text: { summary: 'a string', value: { value: 'q1ZKzs8tyC9K' } },
            bytes: { summary: 'bytes', value: { value: { $type: 'bytes', kind: 'Uint8Array', value: 'aGVsbG8=' } } },
            nothing: { summary: 'undefined', value: { value: { $type: 'undefined' } } },
          },
        },
        'text/plain': { schema: { type: 'string', description: 'A string, to a call whose body was raw.' } },
        'application/octet-stream': { schema: { type: 'string', description: 'Bytes, to a call whose body was raw.' } },
      },
    },
    ...problemResponses(OF_CALLS),
    415: problemResponse(415, {
      bad_request:
        'the body is of another type, which a web page could forge, or of another encoding than gzip and deflate; or there is none',
    }),
  },
};

const CLIENTS: Operation = {
  operationId: 'listClients',
  summary: 'List who serves',
  description: 'The connections that serve now, as far as the token may call them, with their functions and tabs.',
  security: CALLERS,
  responses: {
    200: { description: 'Who serves.', content: json('ClientList') },
    ...problemResponses(OF_CALLERS),
  },
};

const EVENTS: Operation = {
  operationId: 'watchEvents',
  summary: 'Watch what happens',
  description:
    'Server-sent events: who serves now, then who comes and goes, which functions change, and which calls end how, as far as the token may call those clients. ' +
    'Past `callsPerSecond` calls are only counted, in a `dropped` before the next that is told. ' +
    "`event:` is the event's kind, `data:` a RelayEvent as JSON. Nothing is replayed: whoever connects again begins with who serves then.",
  security: CALLERS,
  parameters: [
    {
      ...query('callsPerSecond', 'How many calls to tell in a second at most; all, where it is left out.', {
        type: 'integer',
        minimum: 1,
        maximum: 999_999,
      }),
      required: false,
    },
  ],
  responses: {
    200: {
      description:
        'A stream that ends when you hang up, when the token is no longer good, when it is read too slowly, or when the relay stops; the last three it says first, in an `ended`.',
      content: {
        'text/event-stream': { schema: { type: 'string', description: 'Its `data` lines are RelayEvents.' } },
      },
    },
    ...problemResponses(['bad_request', ...OF_CALLERS]),
  },
};

const STATS: Operation = {
  operationId: 'stats',
  summary: 'Ask how the relay does',
  description:
    'Counts of this node as a whole, whoever the clients are; cheap enough to be asked each second. What two answers differ by is what happened between them.',
  security: CALLERS,
  responses: { 200: { description: 'The counts.', content: json('Stats') }, ...problemResponses(OF_CALLERS) },
};

const METRICS: Operation = {
  operationId: 'metrics',
  summary: 'Measure the relay',
  description:
    'Everything measured of this node, for Prometheus. Any caller token opens it, also one whose patterns fit no client. docs/operations.md says what each is for.',
  security: CALLERS,
  responses: {
    200: {
      description: "Prometheus' text format, version 0.0.4.",
      content: { 'text/plain': { schema: { type: 'string' } } },
    },
    ...problemResponses(OF_CALLERS),
  },
};

const HEALTH: Operation = {
  operationId: 'health',
  summary: 'Ask whether the relay answers',
  description: 'For container and service health checks.',
  security: ANYBODY,
  responses: { 200: { description: 'It does.', content: json('Health') }, ...problemResponses(AT_THE_DOOR) },
};

const DASHBOARD: Operation = {
  operationId: 'dashboard',
  summary: 'Look at the relay',
  description:
    "The relay's own page, for people, where it was built; it signs in with a caller token where there are tokens.",
  security: ANYBODY,
  responses: {
    200: { description: 'The page.', content: { 'text/html': { schema: { type: 'string' } } } },
    404: problemResponse(404, { bad_request: 'the page was not built' }),
    ...problemResponses(AT_THE_DOOR),
  },
};

const READY: Operation = {
  operationId: 'ready',
  summary: 'Ask whether new peers are welcome',
  description:
    "For load balancers: they send nobody here while the relay is stopping, or can't reach the other nodes of its cluster.",
  security: ANYBODY,
  responses: {
    200: { description: 'They are.', content: json('Readiness') },
    ...problemResponses(['shutting_down', 'bus_unavailable', ...AT_THE_DOOR]),
  },
};

const SNIPPET: Operation = {
  operationId: 'snippet',
  summary: 'Get a script for a page without the extension',
  description:
    "To paste into the page's console, where no extension can be installed. It serves the function at `path` under `clientId`; a reload removes it.",
  security: ANYBODY,
  parameters: [
    query(
      'clientId',
      'The name to serve under.',
      { type: 'string', minLength: 1, maxLength: MAX_CLIENT_ID_LENGTH },
      'my-page',
    ),
    query(
      'path',
      'Where the function is, as one would write it in the console.',
      { type: 'string' },
      'shop.crypto.encrypt',
    ),
    {
      ...query('token', 'A client token, where the relay has tokens; it ends up in the script.', { type: 'string' }),
      required: false,
    },
  ],
  responses: {
    200: { description: 'The script.', content: { 'text/javascript': { schema: { type: 'string' } } } },
    ...problemResponses(['bad_request', ...AT_THE_DOOR]),
  },
};

const DOCUMENT: Operation = {
  operationId: 'openApiDocument',
  summary: 'Get this description, for programs',
  description: 'This document: OpenAPI 3.1, as JSON.',
  security: ANYBODY,
  responses: {
    200: { description: 'The document.', content: { 'application/json': { schema: { type: 'object' } } } },
    ...problemResponses(AT_THE_DOOR),
  },
};

const PAGE: Operation = {
  operationId: 'docs',
  summary: 'Read this description',
  description: 'This document, as a page for people.',
  security: ANYBODY,
  responses: {
    200: { description: 'The page.', content: { 'text/html': { schema: { type: 'string' } } } },
    ...problemResponses(AT_THE_DOOR),
  },
};

export const OPERATIONS: OpenApiDocument['paths'] = {
  '/api/clients/{clientId}/functions/{name}': { post: CALL },
  '/api/clients': { get: CLIENTS },
  '/api/events': { get: EVENTS },
  '/api/stats': { get: STATS },
  '/metrics': { get: METRICS },
  '/healthz': { get: HEALTH },
  '/readyz': { get: READY },
  '/snippet.js': { get: SNIPPET },
  '/openapi.json': { get: DOCUMENT },
  '/docs': { get: PAGE },
  '/': { get: DASHBOARD },
};

function json(component: string): Content {
  return { 'application/json': { schema: { $ref: reference(component) } } };
}

function query(name: string, description: string, schema: Schema, example?: string): Parameter {
  return { name, in: 'query', required: true, description, schema, ...(example !== undefined && { example }) };
}
