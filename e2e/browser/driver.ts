import type { BrowserName } from '../../farm/browser-name.ts';

export type { BrowserName };

/** What each browser's driver does; the rest (`Browser`) is built on it and is the same for both. */
export interface Driver {
  readonly name: BrowserName;
  readonly version: string;
  /** `chrome-extension://…` or `moz-extension://…`, without a slash at the end. */
  readonly extensionOrigin: string;
  openTab(url: string): Promise<DriverTab>;
  killBackground(): Promise<void>;
  /** Waits until a reload of the extension that has been asked for is over. */
  extensionReloaded(): Promise<void>;
  backgroundErrors(): Promise<string[]>;
  detach(): Promise<void>;
  close(): Promise<void>;
}

export interface LaunchOptions {
  /** The folder of the built extension. */
  extension: string;
  executablePath: string;
  /** Hosts whose permission a click may be given: a headless browser has nobody to answer its prompt. */
  grantableHosts: string[];
  headless?: boolean;
  /** A BCP 47 tag such as `zh-CN`. */
  language?: string;
}

/** A tab under control. Functions to evaluate are sent as source: they see their argument and the page, nothing else. */
export interface DriverTab {
  evaluate<Arg, Result>(script: (arg: Arg) => Result | Promise<Result>, arg: Arg): Promise<Result>;
  url(): Promise<string>;
  goto(url: string): Promise<void>;
  reload(): Promise<void>;
  /** Makes it the active tab of its window. */
  activate(): Promise<void>;
  close(): Promise<void>;
  /** A control as a person finds it: by its role and its accessible name. */
  control(role: Role, name: string): Control;
  setViewport(width: number, height: number): Promise<void>;
  setColorScheme(scheme: 'light' | 'dark'): Promise<void>;
  /** Errors that the page logged or did not catch, and what its policy refused, since it was opened. */
  complaints(): Promise<string[]>;
  /** A PNG of the page, from top to bottom. */
  screenshot(path: string): Promise<void>;
}

export type Role = 'button' | 'checkbox' | 'link' | 'radio' | 'switch' | 'textbox';

export interface Control {
  click(): Promise<void>;
  /** Replaces what is in the field. */
  fill(text: string): Promise<void>;
  /** Resolves when the control is there to be seen. */
  seen(): Promise<void>;
  /** Whether it is on the page at this moment. */
  isThere(): Promise<boolean>;
  evaluate<Result>(script: (element: HTMLElement) => Result): Promise<Result>;
}

/** A tab with a web page. */
export interface Page extends DriverTab {
  readonly tabId: number;
}

/** A tab with one of the extension's own pages. */
export type ExtensionPage = DriverTab;
