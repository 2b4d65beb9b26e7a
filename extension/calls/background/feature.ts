import type { AnswerRequest } from '../../platform/requests.ts';
import type { IncomingPort } from './bridges.ts';
import type { FrameBridge } from './frame-bridge.ts';

/** What a feature of the extension does in the background. */
export interface BackgroundFeature {
  /** A document's bridge starts to serve its sites. */
  onBridge?(bridge: FrameBridge): void;
  /** The tab was closed or replaced: its id is no longer in use. */
  onTabGone?(tabId: number): void;
  /** The served sites, or the permissions for them, have changed. */
  onSites?(): Promise<void>;
  /** The Ports that it accepts, by the first word of their name. Those of pages come from the extension's own. */
  readonly ports?: Readonly<Record<string, AcceptPort>>;
  /** Answers requests of the extension's own pages. */
  readonly answer?: AnswerRequest;
}

/** A Port of a bridge, or of one of the extension's own pages. */
export interface AcceptPort {
  readonly from: 'bridge' | 'page';
  accept(port: IncomingPort): void;
}
