import * as z from 'zod/mini';
import { CallError } from '../../../shared/errors.ts';
import { Agent, Args, ClientInfo, ServedFunction, TimeoutMs } from '../../../shared/protocol.ts';
import { RelayEvent } from '../../../shared/relay-event.ts';
import { Stats } from '../../../shared/stats.ts';
import { Problem, problemOf } from '../problem.ts';
import { CallBody, CallTarget } from '../routes/call-body.ts';
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

/** The schemas that the wire is read with, as JSON Schema, by name, and with words for people. */
export function componentSchemas(): Record<string, Schema> {
  const registry: Described = z.registry();
  describeCalls(registry);
  describeClients(registry);
  describeStats(registry);
  describeProblems(registry);
  // "input": what peers may rely on. Fields may be added to answers, so that nobody is to refuse unknown ones.
  const { schemas } = z.toJSONSchema(registry, { metadata: registry, io: 'input', uri: reference });
  return Object.fromEntries(Object.entries(schemas).map(([id, schema]) => [id, withoutAddress(schema)]));
}

/** Where a component stands in the document. */
export function reference(id: string): string {
  return `#/components/schemas/${id}`;
}

function describeCalls(registry: Described): void {
  registry
    .add(CallBody, { id: 'Call', description: 'A call: every field may be left out, and no other is taken.' })
    .add(Args, { description: 'The arguments, in order; see Value for those that JSON has no word for.' })
    .add(TimeoutMs, { description: 'How long the call may take, in milliseconds; 30,000 where it is left out.' })
    .add(CallTarget, {
      id: 'Target',
      description:
        'Picks a tab, where several serve the function. Without it the client picks: the active one, else the last used.',
    })
    .add(CallTarget.shape.tabId, { description: "The tab's number, as GET /api/clients lists it." })
    .add(CallTarget.shape.url, { description: "What the tab's address begins with." })
    .add(CallResult, { id: 'CallResult', description: "The function's answer." })
    .add(Value, {
      id: 'Value',
      description:
        'Any JavaScript value: plain JSON where it can be, else an object with `$type` and mostly `value`. The overview lists the types.',
    });
}

function describeClients(registry: Described): void {
  registry
    .add(ClientList, { id: 'ClientList', description: 'The connections that serve now.', examples: [EXAMPLE_LIST] })
    .add(ClientInfo, {
      id: 'ClientInfo',
      description: 'One connection that serves. A clientId that several serve is listed several times.',
    })
    .add(ClientInfo.shape.clientId, { description: 'The name to call it by.' })
    .add(ClientInfo.shape.protocol, { description: '1 for scripts in pages, 2 for the extension.' })
    .add(ClientInfo.shape.agent, { description: 'The browser; absent where the protocol is 1.' })
    .add(ClientInfo.shape.functions, {
      description: 'What it serves; empty where the protocol is 1, which has one function, `encrypt`.',
    })
    .add(ClientInfo.shape.inFlight, { description: 'The calls that it is working on.' })
    .add(ClientInfo.shape.connectedAt, { description: 'Since when, as RFC 3339 has it.' })
    .add(ClientInfo.shape.connectionId, {
      description: "The relay's own name for the connection, by which events can be matched.",
    })
    .add(RelayEvent, {
      id: 'RelayEvent',
      description:
        'Something that has happened, without arguments and values. Kinds may be added: pass over those that you do not know.',
      examples: [
        { kind: 'call', clientId: 'my-browser', fn: 'encrypt', outcome: 'ok', ms: 3, via: 'http' },
        { kind: 'disconnected', clientId: 'my-browser', connectionId: '0b8e6c1d-21c5-4a53-8c3e-6f6a7b1f9e02' },
      ],
    })
    .add(ServedFunction, { id: 'ServedFunction', description: 'A function, found in a page or not.' })
    .add(ServedFunction.shape.default, { description: 'Whether it is the one for callers that name none.' })
    .add(ServedFunction.shape.tabs, { description: 'The open tabs of its site; addresses without query and fragment.' })
    .add(Agent, { id: 'Agent', description: 'Browser and extension.' });
}

function describeStats(registry: Described): void {
  const { calls, open, startedAt, at, connections } = Stats.shape;
  const { inFlight, ok, failed, durations } = calls.shape;
  registry
    .add(Stats, { id: 'Stats', description: 'How one node does. Counts are since it started.' })
    .add(startedAt, { description: 'When the relay started, as RFC 3339 has it.' })
    .add(at, { description: "When this was told: for rates, by the relay's own clock." })
    .add(open, {
      description:
        'Who is let in without a token: nobody (`closed`), who reaches a relay that listens on this machine alone (`local`), private networks (`private`), or anyone (`public`).',
    })
    .add(connections, { description: 'Open WebSockets.' })
    .add(inFlight, { description: 'Calls that wait for their answer.' })
    .add(ok, { description: 'Calls that ended well.' })
    .add(failed, { description: 'Calls that ended with an error code.' })
    .add(durations, { description: 'How long those took that ended well.' })
    .add(durations.shape.boundsMs, { description: 'Upper bounds in milliseconds, ascending.' })
    .add(durations.shape.counts, {
      description: 'How many calls fell between each bound and the one before; the last took longer than all bounds.',
    });
}

function describeProblems(registry: Described): void {
  registry
    .add(Problem, { id: 'Problem', description: 'An error, as RFC 9457 has it.', examples: [EXAMPLE_PROBLEM] })
    .add(Problem.shape.title, { description: "The status's name." })
    .add(Problem.shape.detail, { description: 'What happened, for people; it may change.' })
    .add(Problem.shape.code, { description: 'What happened, for programs; `relay_disconnected` never comes by HTTP.' })
    .add(Problem.shape.details, {
      description: 'What more the code comes with: of `function_threw` name, message and stack.',
    })
    .add(Health, { id: 'Health', description: 'The relay answers.' })
    .add(Readiness, { id: 'Readiness', description: 'The relay takes calls.' });
}

// A component of an OpenAPI document has its place and dialect from the document.
function withoutAddress({ $id, $schema, ...schema }: Schema): Schema {
  return schema;
}
