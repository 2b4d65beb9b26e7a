import type { BrowserName } from '../../farm/browser-name.ts';

export type { BrowserName };

/** The part of `Browser` that differs between browsers. */
export interface Driver {
  readonly name: BrowserName;
  readonly version: string;
  /** `chrome-extension://…` or `moz-extension://…`, without a slash at the end. */
  readonly extensionOrigin: string;
  openTab(url: string): Promise<DriverTab>;
  killBackground(): Promise<void>;
  /** Waits until a requested reload of the extension is done. */
  extensionReloaded(): Promise<void>;
  backgroundErrors(): Promise<string[]>;
  detach(): Promise<void>;
  close(): Promise<void>;
}

export interface LaunchOptions {
  /** The folder of the built extension. */
  extension: string;
  executablePath: string;
  /** Hosts whose permission requests are granted without a prompt, which nobody could answer. */
  grantableHosts: string[];
  headless?: boolean;
  /** A BCP 47 tag such as `zh-CN`. */
  language?: string;
}

/** A driven tab. Functions to evaluate are sent as source, so they see only their argument and the page. */
export interface DriverTab {
  evaluate<Arg, Result>(script: (arg: Arg) => Result | Promise<Result>, arg: Arg): Promise<Result>;
  url(): Promise<string>;
  goto(url: string): Promise<void>;
  reload(): Promise<void>;
  /** Activates the tab. */
  activate(): Promise<void>;
  close(): Promise<void>;
  /** A control by its role and accessible name. */
  control(role: Role, name: string): Control;
  setViewport(width: number, height: number): Promise<void>;
  setColorScheme(scheme: 'light' | 'dark'): Promise<void>;
  /** Logged and uncaught errors, and policy violations of the page. */
  complaints(): Promise<string[]>;
  /** A PNG of the whole page. */
  screenshot(path: string): Promise<void>;
}

export type Role = 'button' | 'checkbox' | 'link' | 'radio' | 'switch' | 'textbox';

export interface Control {
  click(): Promise<void>;
  /** Replaces the value of the field. */
  fill(text: string): Promise<void>;
  /** Resolves when the control is visible. */
  seen(): Promise<void>;
  /** Whether it is on the page now. */
  isThere(): Promise<boolean>;
  evaluate<Result>(script: (element: HTMLElement) => Result): Promise<Result>;
}

/** A tab with a web page. */
export interface Page extends DriverTab {
  readonly tabId: number;
}

/** A tab with one of the extension's own pages. */
export type ExtensionPage = DriverTab;
