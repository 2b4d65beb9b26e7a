import { IncomingMessage } from 'node:http';

/**
 * A request that only a WebSocket handshake can upgrade. RFC 9110 section 7.8 allows to ignore other offers. Java's
 * HttpClient offers h2c with every plain request, and Node would hand over each of them as an upgrade. (Node drops
 * what is pipelined in one packet with such an offer. No known program does that.)
 */
export class UpgradableRequest extends IncomingMessage {
  // No initial value: Node's own constructor sets `upgrade` before this class could initialise it.
  declare offered: boolean;

  get upgrade(): boolean {
    return this.offered && this.headers.upgrade?.toLowerCase() === 'websocket';
  }

  set upgrade(offered: boolean) {
    this.offered = offered;
  }
}
