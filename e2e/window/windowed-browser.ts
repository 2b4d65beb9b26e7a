import type { Point } from './display.ts';

/** Answer to a prompt. */
export type PromptAnswer = 'allow' | 'deny' | 'close';

/** A browser in a real window, with real permission prompts. */
export interface WindowedBrowser {
  readonly version: string;
  /** Opens a page in the active tab. */
  openPage(url: string): Promise<void>;
  /** Presses the extension's button and waits for the popup. */
  openPopup(): Promise<Popup>;
  /** Stops the background, as the browser may at any time. */
  killBackground(): Promise<void>;
  /** Waits for the prompt, answers it, and waits until it closes. */
  answerPrompt(answer: PromptAnswer): Promise<void>;
  close(): Promise<void>;
}

/** The popup under the extension's button. */
export interface Popup {
  isOpen(): Promise<boolean>;
  /** Evaluates an expression in an extension page, in which `view` is the popup's window. */
  evaluate(expression: (view: string) => string): Promise<unknown>;
  /** The screen position of a button, or undefined. */
  buttonNamed(name: string): Promise<Point | undefined>;
  /** Makes sure that keys go to the focused field. */
  takeKeys(): Promise<void>;
  close(): Promise<void>;
}
