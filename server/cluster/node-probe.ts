import * as z from 'zod/mini';
import { CallError } from '../../shared/errors.ts';
import { idleTimeout } from '../flow/idle-timeout.ts';
import type { CallRequest } from '../routing/call-request.ts';
import type { Bus } from './bus/bus.ts';
import { CanServe, shapeOf } from './can-serve.ts';
import { readJson, writeJson } from './links/json-bytes.ts';
import type { NodeLink } from './links/node-link.ts';
import { errorFrom, writeNodeMessage } from './links/node-message.ts';
import { allSubject } from './subjects.ts';

/** How long nodes have to answer a probe. */
const NODES_MS = 1_000;
/** The same for a probe by the client's subject, where the number of answers is unknown. */
const ANY_MS = 300;
/** With more nodes than this, the client's subject is probed instead of each node. */
const MAX_ASKED = 32;

const NodeAnswer = z.extend(CanServe, { node: z.string() });

export interface ProbeDeps {
  readonly bus: Bus;
  readonly nodes: () => readonly string[];
  readonly linkTo: (node: string) => NodeLink;
}

/** The node that can serve a call, or why none can. */
export interface ProbeResult {
  readonly node?: string;
  readonly refusals: readonly CallError[];
}

/** Asks all nodes not yet `tried` which can serve a call that another refused. @throws CallError `bus_unavailable` */
export async function probeNodes(
  deps: ProbeDeps,
  request: CallRequest,
  tried: ReadonlySet<string>,
): Promise<ProbeResult> {
  if (!deps.bus.isUp) throw new CallError('bus_unavailable', 'the bus between the nodes is down');
  const nodes = deps.nodes().filter((node) => !tried.has(node));
  return nodes.length > MAX_ASKED ? askAny(deps, request, tried) : askEach(deps, request, nodes);
}

/** Resolves once a node can serve the call, or all have refused. */
function askEach({ linkTo }: ProbeDeps, request: CallRequest, nodes: readonly string[]): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const refusals: CallError[] = [];
    let missing = nodes.length;
    const end = (canvassed: ProbeResult) => {
      patient();
      resolve(canvassed);
    };
    const patient = idleTimeout(NODES_MS, () => resolve({ refusals }));
    const hear = (node: string, refusal: CallError | undefined) => {
      missing--;
      if (!refusal) end({ node, refusals });
      else if (refusals.push(refusal) && missing === 0) end({ refusals });
    };
    for (const node of nodes) ask(linkTo(node), request, (refusal) => hear(node, refusal));
    if (nodes.length === 0) end({ refusals });
  });
}

function ask(link: NodeLink, request: CallRequest, hear: (refusal: CallError | undefined) => void): void {
  const { clientId } = request;
  link.request((id) => writeNodeMessage({ t: 'can_serve', id, clientId, ...shapeOf(request) }), {
    settle: (outcome) => {
      const answer = outcome.ok ? CanServe.safeParse(JSON.parse(outcome.value)).data : undefined;
      if (answer) hear(answer.refusal && errorFrom(answer.refusal));
      else hear(outcome.ok ? new CallError('internal', "a node's answer could not be read") : outcome.error);
    },
    refused: hear,
  });
}

async function askAny({ bus }: ProbeDeps, request: CallRequest, tried: ReadonlySet<string>): Promise<ProbeResult> {
  const refusals: CallError[] = [];
  let found: string | undefined;
  const question = writeJson({ t: 'can_serve', ...shapeOf(request) });
  await bus.request(allSubject(request.clientId), question, {
    ms: ANY_MS,
    onAnswer: (bytes) => {
      const answer = readJson(NodeAnswer, bytes);
      if (!answer || tried.has(answer.node)) return false;
      if (answer.refusal) refusals.push(errorFrom(answer.refusal));
      else found = answer.node;
      return found !== undefined;
    },
  });
  return found === undefined ? { refusals } : { node: found, refusals };
}
