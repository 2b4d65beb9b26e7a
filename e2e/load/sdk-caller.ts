import { CallError, connect, type Relay } from '../../sdk/node.ts';
import type { Answer, Ask, LoadCaller } from './load-caller.ts';

/** A caller that uses the SDK. */
export class SdkCaller implements LoadCaller {
  readonly controls = true;
  readonly #url: string;
  #relay: Relay;

  private constructor(url: string, relay: Relay) {
    this.#url = url;
    this.#relay = relay;
  }

  static async connect(url: string): Promise<SdkCaller> {
    return new SdkCaller(url, await connect(url));
  }

  async call({ clientId, task, timeoutMs, signal }: Ask): Promise<Answer> {
    const options = { ...(timeoutMs !== undefined && { timeoutMs }), ...(signal && { signal }) };
    try {
      return { ok: true, value: await this.#relay.client(clientId).invoke('encrypt', [task], options) };
    } catch (thrown) {
      const { code, message } = CallError.from(thrown);
      return { ok: false, code, message };
    }
  }

  async reconnect(): Promise<void> {
    this.#relay.close();
    this.#relay = await connect(this.#url);
  }

  close(): void {
    this.#relay.close();
  }
}
