import {
  type FrameView,
  FromSearchBridge,
  FromSearchScript,
  type SearchCommand,
  type ToSearchBridge,
} from '../search-messages.ts';

export interface SearchPort {
  postMessage(message: ToSearchBridge): void;
  disconnect(): void;
}

/** A message of a frame that concerns its tab's search. */
export type FrameMessage = { kind: 'view' } | { kind: 'tried'; request: number; answer: unknown } | undefined;

/** One searched frame: its latest view and its Port. */
export class SearchedFrame {
  readonly frameId: number;
  readonly #port: SearchPort;
  readonly #exportingModules: (urls: readonly string[]) => Promise<string[]>;
  view: FrameView | undefined;

  constructor(port: SearchPort, frameId: number, exportingModules: (urls: readonly string[]) => Promise<string[]>) {
    this.#port = port;
    this.frameId = frameId;
    this.#exportingModules = exportingModules;
  }

  search(): void {
    this.command({ kind: 'search' });
    this.#post({ kind: 'list-scripts' });
  }

  command(command: SearchCommand): void {
    this.#post({ kind: 'command', command: JSON.stringify(command) });
  }

  retire(): void {
    this.#post({ kind: 'retire' });
  }

  read(json: unknown): FrameMessage {
    const { data: message } = FromSearchBridge.safeParse(json);
    if (message?.kind === 'scripts') void this.#findModules(message.urls);
    return message?.kind === 'said' ? this.#read(message.text) : undefined;
  }

  #read(text: string): FrameMessage {
    const { data: said } = FromSearchScript.safeParse(parse(text));
    if (!said) return undefined;
    if ('tried' in said) return { kind: 'tried', request: said.tried.request, answer: said.tried.answer };
    this.view = said.view;
    return { kind: 'view' };
  }

  async #findModules(scripts: readonly string[]): Promise<void> {
    const urls = await this.#exportingModules(scripts);
    this.#post({ kind: 'command', command: JSON.stringify({ kind: 'modules', urls }) });
  }

  #post(message: ToSearchBridge): void {
    try {
      this.#port.postMessage(message);
    } catch {
      // The Port has ended; its onDisconnect comes.
    }
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The page wrote this; ignore invalid JSON.
    return undefined;
  }
}
