import * as z from 'zod/mini';
import { CallError } from '../../../shared/errors.ts';
import { Agent, Args, ClientInfo, ServedFunction, TimeoutMs } from '../../../shared/protocol.ts';
import { RelayEvent } from '../../../shared/relay-event.ts';
import { Stats } from '../../../shared/stats.ts';
import { Problem, problemOf } from '../problem.ts';
import { CallBody, CallTarget } from '../routes/call-body.ts';
import type { Say } from './docs-language.ts';
import type { Schema } from './openapi.ts';

const Value = z.unknown();
const CallResult = z.object({ value: Value });
const ClientList = z.object({ clients: z.array(ClientInfo) });
const Health = z.object({ status: z.literal('ok') });
const Readiness = z.object({ status: z.literal('ready') });

type Described = z.core.$ZodRegistry<{ id?: string; description: string; examples?: unknown[] }>;

const EXAMPLE_LIST: z.infer<typeof ClientList> = {
  clients: [
    {
      clientId: 'my-browser',
      connectionId: '5f0e0a52-7d1c-4c1e-9d55-0c9b1f6a2d11',
      protocol: 2,
      agent: { browser: 'Firefox', browserVersion: '153.0', extensionVersion: '0.1.0' },
      functions: [{ name: 'encrypt', default: true, tabs: [{ tabId: 7, url: 'https://shop.example/checkout' }] }],
      inFlight: 0,
      connectedAt: '2026-01-31T08:15:00.000Z',
    },
  ],
};

const EXAMPLE_PROBLEM = problemOf(
  new CallError('function_threw', 'no key yet', {
    details: { name: 'TypeError', message: 'no key yet', stack: 'TypeError: no key yet\n    at encrypt' },
  }),
);

/** The schemas that the wire is read with, as JSON Schema by name, with descriptions for people. */
export function componentSchemas(say: Say): Record<string, Schema> {
  const registry: Described = z.registry();
  describeCalls(registry, say);
  describeClients(registry, say);
  describeEvents(registry, say);
  describeStats(registry, say);
  describeProblems(registry, say);
  // "input" is what peers may rely on. Answers may get more fields, so nobody may refuse unknown ones.
  const { schemas } = z.toJSONSchema(registry, { metadata: registry, io: 'input', uri: reference });
  return Object.fromEntries(Object.entries(schemas).map(([id, schema]) => [id, withoutAddress(schema)]));
}

/** The reference to a component of the document. */
export function reference(id: string): string {
  return `#/components/schemas/${id}`;
}

function describeCalls(registry: Described, say: Say): void {
  registry
    .add(CallBody, {
      id: 'Call',
      description: say(
        'A call. Every field is optional; unknown fields are refused.',
        '一次调用。各字段均可省略，未知字段会被拒绝。',
      ),
    })
    .add(Args, {
      description: say(
        'The arguments in order. See Value for those that JSON has no type for.',
        '按顺序排列的参数。JSON 没有对应类型的值见 Value。',
      ),
    })
    .add(TimeoutMs, {
      description: say('The timeout of the call in milliseconds. Default: 30,000.', '调用的时限（毫秒）。默认 30000。'),
    })
    .add(CallTarget, {
      id: 'Target',
      description: say(
        'Picks a tab if several serve the function. Default: the active tab, else the last used.',
        '多个标签页提供该函数时，用来选择其中之一。默认选当前标签页，否则选最近用过的。',
      ),
    })
    .add(CallTarget.shape.tabId, {
      description: say("The tab's number, as GET /api/clients lists it.", '标签页编号，见 GET /api/clients。'),
    })
    .add(CallTarget.shape.url, { description: say("The beginning of the tab's URL.", '标签页网址的开头部分。') })
    .add(CallResult, { id: 'CallResult', description: say('The result of the function.', '函数的结果。') })
    .add(Value, {
      id: 'Value',
      description: say(
        'Any JavaScript value: plain JSON where possible, else an object with `$type` and usually `value`. The overview lists the types.',
        '任意 JavaScript 值：尽可能用普通 JSON 表示，否则写成带 `$type`（通常还有 `value`）的对象。各种类型见开头的说明。',
      ),
    });
}

function describeClients(registry: Described, say: Say): void {
  const { clientId, protocol, agent, functions, shortened, inFlight, connectedAt, connectionId } = ClientInfo.shape;
  registry
    .add(ClientList, {
      id: 'ClientList',
      description: say('The connected clients.', '已连接的客户端。'),
      examples: [EXAMPLE_LIST],
    })
    .add(ClientInfo, {
      id: 'ClientInfo',
      description: say(
        'One connection of a client. A clientId that several browsers serve is listed several times.',
        '客户端的一个连接。由多个浏览器提供的 clientId 会列出多次。',
      ),
    })
    .add(clientId, { description: say('The name to call it by.', '调用时使用的名称。') })
    .add(protocol, {
      description: say('1 for scripts in pages, 2 for the extension.', '1 表示页面里的脚本，2 表示扩展。'),
    })
    .add(agent, { description: say('The browser. Absent if the protocol is 1.', '浏览器。协议为 1 时没有此项。') })
    .add(shortened, {
      description: say(
        'True if tabs or functions were left out, because the list would be too large.',
        '列表过大而省略了标签页或函数时为 true。',
      ),
    })
    .add(functions, {
      description: say(
        'Its functions. Empty if the protocol is 1, which has one function, `encrypt`.',
        '提供的函数。协议为 1 时为空，此时只有一个函数 `encrypt`。',
      ),
    })
    .add(inFlight, { description: say('Number of its calls in flight.', '进行中的调用数。') })
    .add(connectedAt, { description: say('Since when it is connected (RFC 3339).', '连接的起始时间（RFC 3339）。') })
    .add(connectionId, {
      description: say(
        "The relay's own name for the connection. Events carry it too.",
        '中继给这个连接的编号，事件里也有。',
      ),
    })
    .add(ServedFunction, {
      id: 'ServedFunction',
      description: say('A function, whether found in a page or not.', '一个函数，不论是否已在页面中找到。'),
    })
    .add(ServedFunction.shape.default, {
      description: say('Whether it serves callers that name no function.', '是否用于未指定函数的调用方。'),
    })
    .add(ServedFunction.shape.tabs, {
      description: say(
        'The open tabs of its site. URLs come without query and fragment.',
        '其网站已打开的标签页。网址不含查询参数和片段。',
      ),
    })
    .add(Agent, { id: 'Agent', description: say('Browser and extension.', '浏览器和扩展。') });
}

function describeEvents(registry: Described, say: Say): void {
  registry.add(RelayEvent, {
    id: 'RelayEvent',
    description: say(
      'An event, without arguments and values. More kinds may be added: ignore those that you do not know.',
      '一个事件，不含参数和值。以后可能增加类型：请忽略不认识的类型。',
    ),
    examples: [
      { kind: 'call', clientId: 'my-browser', fn: 'encrypt', outcome: 'ok', ms: 3, via: 'http' },
      { kind: 'disconnected', clientId: 'my-browser', connectionId: '0b8e6c1d-21c5-4a53-8c3e-6f6a7b1f9e02' },
    ],
  });
}

function describeStats(registry: Described, say: Say): void {
  const { calls, open, startedAt, at, connections } = Stats.shape;
  const { inFlight, ok, failed, durations } = calls.shape;
  const { boundsMs, counts } = durations.shape;
  registry
    .add(Stats, { id: 'Stats', description: say('Counts of one node since it started.', '一个节点自启动以来的统计。') })
    .add(startedAt, { description: say('When the relay started (RFC 3339).', '中继的启动时间（RFC 3339）。') })
    .add(at, { description: say("The relay's clock, to compute rates.", '中继的当前时间，可用来计算速率。') })
    .add(open, {
      description: say(
        'Who gets in without a token: nobody (`closed`), this machine (`local`), private networks (`private`), or anyone (`public`).',
        '不带令牌谁能进入：没有人（`closed`）、本机（`local`）、内网（`private`）或任何人（`public`）。',
      ),
    })
    .add(connections, { description: say('Open WebSockets.', '打开的 WebSocket 连接数。') })
    .add(inFlight, { description: say('Calls that wait for their answer.', '等待结果的调用数。') })
    .add(ok, { description: say('Calls that succeeded.', '成功的调用数。') })
    .add(failed, { description: say('Calls that ended with an error code.', '以错误码结束的调用数。') })
    .add(durations, { description: say('Durations of the calls that succeeded.', '成功调用的耗时分布。') })
    .add(boundsMs, { description: say('Upper bounds in milliseconds, ascending.', '各区间的上限（毫秒），升序。') })
    .add(counts, {
      description: say(
        'How many calls fell between each bound and the one before. The last took longer than all bounds.',
        '落在每个区间里的调用数，最后一项超过所有上限。',
      ),
    });
}

function describeProblems(registry: Described, say: Say): void {
  const { title, detail, code, details } = Problem.shape;
  registry
    .add(Problem, {
      id: 'Problem',
      description: say('An error (RFC 9457).', '错误（RFC 9457）。'),
      examples: [EXAMPLE_PROBLEM],
    })
    .add(title, { description: say('The name of the status.', '状态码的名称。') })
    .add(detail, {
      description: say('What happened, for people. The text may change.', '发生了什么，供人阅读，文字可能会变。'),
    })
    .add(code, {
      description: say(
        'What happened, for programs. `relay_disconnected` never comes over HTTP.',
        '发生了什么，供程序判断。`relay_disconnected` 不会通过 HTTP 返回。',
      ),
    })
    .add(details, {
      description: say(
        'More about the error: for `function_threw` the name, message and stack.',
        '错误的更多信息：`function_threw` 时为 name、message 和 stack。',
      ),
    })
    .add(Health, { id: 'Health', description: say('The relay answers.', '中继有响应。') })
    .add(Readiness, { id: 'Readiness', description: say('The relay takes calls.', '中继可以接受调用。') });
}

// The OpenAPI document sets address and dialect for its components.
function withoutAddress({ $id, $schema, ...schema }: Schema): Schema {
  return schema;
}
