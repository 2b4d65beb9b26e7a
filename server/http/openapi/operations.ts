import { type ErrorCode, HTTP_STATUS } from '../../../shared/errors.ts';
import { MAX_CLIENT_ID_LENGTH, MAX_FUNCTION_NAME_LENGTH } from '../../../shared/limits.ts';
import { reference } from './component-schemas.ts';
import { DOCS_LANGUAGES, type Say } from './docs-language.ts';
import type { Content, OpenApiDocument, Operation, Parameter, Schema } from './openapi.ts';
import { problemResponse, problemResponses } from './problem-responses.ts';

/** With a caller token, or without one if the relay has no tokens. */
const CALLERS: Operation['security'] = [{ callerToken: [] }, {}];
const ANYBODY: Operation['security'] = [];

/** Failures of any request: its Host, Origin, address or number is refused, or the relay is at fault. */
const OF_ALL = ['forbidden', 'rate_limited', 'internal'] as const satisfies ErrorCode[];
const OF_CALLERS = ['unauthorized', ...OF_ALL] as const;

// `as`: the keys of a constant are known.
const ALL_CODES = Object.keys(HTTP_STATUS) as ErrorCode[];
/** Only the SDK reports `relay_disconnected`. */
const OF_CALLS = ALL_CODES.filter((code) => code !== 'relay_disconnected');

export function operations(say: Say): OpenApiDocument['paths'] {
  const calls = { tags: [say('Calls', '调用')] };
  const monitoring = { tags: [say('Monitoring', '监控')] };
  const pages = { tags: [say('Pages and scripts', '页面和脚本')] };
  return {
    '/api/clients/{clientId}/functions/{name}': { post: { ...calls, ...callOperation(say) } },
    '/api/clients': { get: { ...calls, ...clientsOperation(say) } },
    '/api/events': { get: { ...monitoring, ...eventsOperation(say) } },
    '/api/stats': { get: { ...monitoring, ...statsOperation(say) } },
    '/metrics': { get: { ...monitoring, ...metricsOperation(say) } },
    '/healthz': { get: { ...monitoring, ...healthOperation(say) } },
    '/readyz': { get: { ...monitoring, ...readyOperation(say) } },
    '/snippet.js': { get: { ...pages, ...snippetOperation(say) } },
    '/openapi.json': { get: { ...pages, ...documentOperation(say) } },
    '/docs': { get: { ...pages, ...docsOperation(say) } },
    '/': { get: { ...pages, ...dashboardOperation(say) } },
  };
}

function callOperation(say: Say): Operation {
  const parameter = (name: string, description: string, schema: Schema, example: string): Parameter => ({
    name,
    in: 'path',
    required: true,
    description,
    schema,
    example,
  });
  return {
    operationId: 'callFunction',
    summary: say('Call a function', '调用函数'),
    description: say(
      'Calls the function in the page, waits for its answer, and returns it. The function runs at most once: no call is ever retried. A caller that hangs up cancels its call: a waiting call is dropped, and a late answer is ignored.',
      '调用页面里的函数，等待并返回结果。函数最多执行一次，调用绝不重试。调用方断开连接即取消调用：还在等待的调用会被丢弃，迟到的结果会被忽略。',
    ),
    security: CALLERS,
    parameters: [
      parameter(
        'clientId',
        say('The browser, percent-encoded.', '要调用的浏览器，需百分号编码。'),
        { type: 'string', maxLength: MAX_CLIENT_ID_LENGTH },
        'my-browser',
      ),
      parameter(
        'name',
        say('The function, percent-encoded.', '函数名称，需百分号编码。'),
        { type: 'string', minLength: 1, maxLength: MAX_FUNCTION_NAME_LENGTH },
        'encrypt',
      ),
    ],
    requestBody: { required: true, content: callBodies(say) },
    responses: {
      200: {
        description: say(
          'What the function returned, or its promise resolved to.',
          '函数的返回值，或其 Promise 的结果。',
        ),
        content: callResults(say),
      },
      ...problemResponses(OF_CALLS, say),
      415: problemResponse(
        415,
        {
          bad_request: say(
            'the body is missing, has another type, which a web page could forge, or an encoding other than gzip and deflate',
            '没有请求体，类型不受支持（网页可以伪造），或编码不是 gzip 或 deflate',
          ),
        },
        say,
      ),
    },
  };
}

function callBodies(say: Say): Content {
  return {
    'application/json': {
      schema: { $ref: reference('Call') },
      examples: {
        plain: { summary: say('one argument', '一个参数'), value: { args: ['hello'] } },
        target: {
          summary: say('a timeout and a tab', '时限和标签页'),
          value: { args: ['hello', 2], timeoutMs: 5_000, target: { url: 'https://shop.example/' } },
        },
        bytes: {
          summary: say('bytes, which JSON has no type for', '字节，JSON 没有对应的类型'),
          value: { args: [{ $type: 'bytes', kind: 'Uint8Array', value: 'aGVsbG8=' }] },
        },
      },
    },
    'application/octet-stream': {
      schema: {
        type: 'string',
        description: say(
          'The only argument, a string in UTF-8. The result is then raw too, if it is a string or bytes.',
          '唯一的参数，UTF-8 字符串。如果结果是字符串或字节，也会原样返回。',
        ),
      },
    },
  };
}

function callResults(say: Say): Content {
  return {
    'application/json': {
      schema: { $ref: reference('CallResult') },
      examples: {
        text: { summary: say('a string', '字符串'), value: { value: 'q1ZKzs8tyC9K' } },
        bytes: {
          summary: say('bytes', '字节'),
          value: { value: { $type: 'bytes', kind: 'Uint8Array', value: 'aGVsbG8=' } },
        },
        nothing: { summary: 'undefined', value: { value: { $type: 'undefined' } } },
      },
    },
    'text/plain': text(say('A string, if the request body was raw.', '字符串，仅在请求体是原始内容时。')),
    'application/octet-stream': text(say('Bytes, if the request body was raw.', '字节，仅在请求体是原始内容时。')),
  };
}

function clientsOperation(say: Say): Operation {
  return {
    operationId: 'listClients',
    summary: say('List clients', '列出客户端'),
    description: say(
      'The connected clients that the token may call, with their functions and tabs.',
      '已连接且令牌有权调用的客户端，及其函数和标签页。',
    ),
    security: CALLERS,
    responses: {
      200: { description: say('The clients.', '客户端列表。'), content: json('ClientList') },
      ...problemResponses(OF_CALLERS, say),
    },
  };
}

function eventsOperation(say: Say): Operation {
  return {
    operationId: 'watchEvents',
    summary: say('Watch events', '查看实时事件'),
    description: say(
      "Server-sent events: first the connected clients, then each client that connects, disconnects or changes its functions, and each call that ends, for the clients that the token may call. Above `callsPerSecond`, calls are only counted, in a `dropped` event. `event:` is the event's kind, `data:` a RelayEvent as JSON. Nothing is replayed: a new connection starts with the clients of that moment.",
      '服务器发送事件：先给出已连接的客户端，然后是客户端的连接、断开、函数变化和每次调用的结束，仅限令牌有权调用的客户端。超过 `callsPerSecond` 的调用只计数，记在 `dropped` 事件里。`event:` 是事件类型，`data:` 是 JSON 格式的 RelayEvent。事件不会重放：重新连接后从当时的客户端开始。',
    ),
    security: CALLERS,
    parameters: [
      {
        ...query(
          'callsPerSecond',
          say('How many calls to report per second at most. Default: all.', '每秒最多报告多少次调用。默认全部报告。'),
          { type: 'integer', minimum: 1, maximum: 999_999 },
        ),
        required: false,
      },
    ],
    responses: {
      200: {
        description: say(
          'A stream. It ends when you hang up, when the token is no longer valid, when it is read too slowly, or when the relay stops. An `ended` event announces the last three.',
          '事件流。你断开连接、令牌失效、读取太慢或中继停止时结束；后三种情况会先发送 `ended` 事件。',
        ),
        content: {
          'text/event-stream': text(say('Its `data` lines are RelayEvents.', '每行 `data` 是一个 RelayEvent。')),
        },
      },
      ...problemResponses(['bad_request', ...OF_CALLERS], say),
    },
  };
}

function statsOperation(say: Say): Operation {
  return {
    operationId: 'stats',
    summary: say('Relay statistics', '中继统计'),
    description: say(
      'Counts of this node, of all clients together. Cheap enough for one request per second. The difference of two answers is what happened between them.',
      '本节点所有客户端的合计。开销很小，可以每秒请求一次。两次结果之差就是其间发生的事。',
    ),
    security: CALLERS,
    responses: {
      200: { description: say('The counts.', '统计数据。'), content: json('Stats') },
      ...problemResponses(OF_CALLERS, say),
    },
  };
}

function metricsOperation(say: Say): Operation {
  return {
    operationId: 'metrics',
    summary: say('Metrics for Prometheus', 'Prometheus 指标'),
    description: say(
      'All metrics of this node. Any caller token may read them, also one that may call no client. docs/operations.md explains each.',
      '本节点的全部指标。任何调用方令牌都可以读取，即使它不能调用任何客户端。各项含义见 docs/operations.md。',
    ),
    security: CALLERS,
    responses: {
      200: {
        description: say("Prometheus' text format, version 0.0.4.", 'Prometheus 文本格式，版本 0.0.4。'),
        content: { 'text/plain': text() },
      },
      ...problemResponses(OF_CALLERS, say),
    },
  };
}

function healthOperation(say: Say): Operation {
  return {
    operationId: 'health',
    summary: say('Health check', '健康检查'),
    description: say('For containers and service monitors.', '供容器和服务监控使用。'),
    security: ANYBODY,
    responses: {
      200: { description: say('The relay answers.', '中继有响应。'), content: json('Health') },
      ...problemResponses(OF_ALL, say),
    },
  };
}

function readyOperation(say: Say): Operation {
  return {
    operationId: 'ready',
    summary: say('Readiness check', '就绪检查'),
    description: say(
      "For load balancers. The relay is not ready while it stops, or can't reach the other nodes of its cluster.",
      '供负载均衡器使用。中继正在停止，或连不上集群的其他节点时，视为未就绪。',
    ),
    security: ANYBODY,
    responses: {
      200: { description: say('The relay is ready.', '中继已就绪。'), content: json('Readiness') },
      ...problemResponses(['shutting_down', 'bus_unavailable', ...OF_ALL], say),
    },
  };
}

function snippetOperation(say: Say): Operation {
  const clientId: Schema = { type: 'string', minLength: 1, maxLength: MAX_CLIENT_ID_LENGTH };
  const token = say(
    'A client token, if the relay has tokens. It becomes part of the script.',
    '客户端令牌，仅在中继设置了令牌时需要。它会写进脚本里。',
  );
  return {
    operationId: 'snippet',
    summary: say('Script for a page without the extension', '不装扩展时用的脚本'),
    description: say(
      "To paste into the page's console, if no extension can be installed. It serves the function at `path` under `clientId`, until the page is reloaded.",
      '装不了扩展时，把它粘贴到页面的控制台。它以 `clientId` 提供 `path` 处的函数，刷新页面后失效。',
    ),
    security: ANYBODY,
    parameters: [
      query('clientId', say('The name to serve under.', '提供函数时使用的名称。'), clientId, 'my-page'),
      query(
        'path',
        say('The path of the function, as typed in the console.', '函数的路径，与在控制台里输入的一样。'),
        { type: 'string' },
        'shop.crypto.encrypt',
      ),
      { ...query('token', token, { type: 'string' }), required: false },
    ],
    responses: {
      200: { description: say('The script.', '脚本。'), content: { 'text/javascript': text() } },
      ...problemResponses(['bad_request', ...OF_ALL], say),
    },
  };
}

function documentOperation(say: Say): Operation {
  const lang = query('lang', say('The language of the descriptions. Default: `en`.', '说明文字的语言。默认 `en`。'), {
    type: 'string',
    enum: [...DOCS_LANGUAGES],
  });
  return {
    operationId: 'openApiDocument',
    summary: say('This description for programs', '供程序读取的接口描述'),
    description: say('This document: OpenAPI 3.1 as JSON.', '即本文档：JSON 格式的 OpenAPI 3.1。'),
    security: ANYBODY,
    parameters: [{ ...lang, required: false }],
    responses: {
      200: {
        description: say('The document.', '文档。'),
        content: { 'application/json': { schema: { type: 'object' } } },
      },
      ...problemResponses(['bad_request', ...OF_ALL], say),
    },
  };
}

function docsOperation(say: Say): Operation {
  return {
    ...page(say),
    operationId: 'docs',
    summary: say('This description as a page', '接口描述页面'),
    description: say('This document as a page for people.', '即本文档，供人阅读的页面。'),
  };
}

function dashboardOperation(say: Say): Operation {
  return {
    ...page(say),
    operationId: 'dashboard',
    summary: say('Relay page', '中继页面'),
    description: say(
      "The relay's own page for people. It asks for a caller token if the relay has tokens.",
      '中继自己的页面，供人使用。如果中继设置了令牌，它会要求输入调用方令牌。',
    ),
  };
}

function page(say: Say): Pick<Operation, 'security' | 'responses'> {
  return {
    security: ANYBODY,
    responses: {
      200: { description: say('The page.', '页面。'), content: { 'text/html': text() } },
      404: problemResponse(404, { bad_request: say('the page was not built', '页面没有构建') }, say),
      ...problemResponses(OF_ALL, say),
    },
  };
}

function text(description?: string): { schema: Schema } {
  return { schema: { type: 'string', ...(description !== undefined && { description }) } };
}

function json(component: string): Content {
  return { 'application/json': { schema: { $ref: reference(component) } } };
}

function query(name: string, description: string, schema: Schema, example?: string): Parameter {
  return { name, in: 'query', required: true, description, schema, ...(example !== undefined && { example }) };
}
