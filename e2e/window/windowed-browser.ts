import type { Point } from './display.ts';

/** What a person does with a prompt. */
export type PromptAnswer = 'allow' | 'deny' | 'close';

/** A browser in a real window, whose extension asks a person: nothing is granted beforehand. */
export interface WindowedBrowser {
  readonly version: string;
  /** Opens a page in the active tab. */
  openPage(url: string): Promise<void>;
  /** Presses the extension's button, and waits for the popup that opens. */
  openPopup(): Promise<Popup>;
  /** Stops the background as the browser may at any moment. */
  killBackground(): Promise<void>;
  /** Waits for the browser's own prompt, answers it, and waits until it has gone. */
  answerPrompt(answer: PromptAnswer): Promise<void>;
  close(): Promise<void>;
}

/** The popup under the extension's button. */
export interface Popup {
  isOpen(): Promise<boolean>;
  /** Evaluates an expression of one of the extension's pages, in which `view` stands for the popup's window. */
  evaluate(expression: (view: string) => string): Promise<unknown>;
  /** The button of this name, as its place on the screen; undefined where there is none. */
  buttonNamed(name: string): Promise<Point | undefined>;
  /** Does what it takes that what is typed goes to the field that has the focus. */
  takeKeys(): Promise<void>;
  close(): Promise<void>;
}
