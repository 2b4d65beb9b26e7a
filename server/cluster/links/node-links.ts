import { CallError } from '../../../shared/errors.ts';
import type { Counters } from '../../observability/counters.ts';
import type { Bus } from '../bus/bus.ts';
import { nodeSubject } from '../subjects.ts';
import { NodeLink, type Service } from './node-link.ts';
import { readPacket } from './packet.ts';

interface NodeLinksDeps {
  readonly self: string;
  readonly bus: Bus;
  readonly counters: Counters;
  readonly serve: (link: NodeLink) => Service;
  /** A packet has come from the node. */
  readonly onPacket: (node: string) => void;
  readonly peerRestarted: (node: string) => void;
  /** Whether the node is in the registry. */
  readonly isKnown: (node: string) => boolean;
  /** The node has been silent for too long. */
  readonly lost: (node: string) => void;
}

/** This node's links to the others, created on first use. */
export class NodeLinks {
  readonly #deps: NodeLinksDeps;
  readonly #byNode = new Map<string, NodeLink>();
  #lastEpoch = 0;

  constructor(deps: NodeLinksDeps) {
    this.#deps = deps;
  }

  to(node: string): NodeLink {
    const present = this.#byNode.get(node);
    if (present) return present;
    const link = new NodeLink({
      ...this.#deps,
      node,
      peerRestarted: () => this.#deps.peerRestarted(node),
      epoch: ++this.#lastEpoch,
    });
    this.#byNode.set(node, link);
    return link;
  }

  handlePacket(data: Uint8Array): void {
    const packet = readPacket(data);
    if (!packet) {
      this.#deps.counters.badBusMessages++;
      return;
    }
    this.#deps.onPacket(packet.from);
    this.to(packet.from).handlePacket(packet);
  }

  beat(): void {
    for (const link of [...this.#byNode.values()]) {
      if (link.beat() === 'lost') this.#lose(link);
      else if (link.isIdle && !this.#deps.isKnown(link.node)) this.#byNode.delete(link.node);
    }
  }

  /** The packet with this subject and tag had no subscriber. */
  undelivered(subject: string, tag: string): void {
    const [epoch, seq] = tag.split('-').map(Number);
    for (const link of this.#byNode.values())
      if (nodeSubject(link.node) === subject && link.epoch === epoch && seq !== undefined) link.undelivered(seq);
  }

  end(error: CallError): void {
    const links = [...this.#byNode.values()];
    this.#byNode.clear();
    for (const link of links) link.end(error);
  }

  flush(): void {
    for (const link of this.#byNode.values()) link.flush();
  }

  #lose(link: NodeLink): void {
    this.#byNode.delete(link.node);
    link.end(new CallError('client_disconnected', 'the node of the client went away before it answered'));
    this.#deps.lost(link.node);
  }
}
