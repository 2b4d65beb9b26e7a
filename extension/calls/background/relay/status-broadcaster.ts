import type { RelayStatus } from '../../../platform/messages.ts';

/** A Port of a popup or options page that shows the connection. */
export interface StatusPort {
  postMessage(status: RelayStatus): void;
  readonly onDisconnect: { addListener(listener: () => void): void };
}

/** Sends the connection status to all subscribers: at once, and at each change. */
export class StatusBroadcaster {
  readonly #ports = new Set<StatusPort>();
  #status: RelayStatus | undefined;

  subscribe(port: StatusPort): void {
    this.#ports.add(port);
    port.onDisconnect.addListener(() => this.#ports.delete(port));
    if (this.#status) port.postMessage(this.#status);
  }

  publish(status: RelayStatus): void {
    this.#status = status;
    for (const port of this.#ports) port.postMessage(status);
  }
}
