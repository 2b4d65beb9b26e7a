import type { Page } from 'playwright-core';
import type { RelayStatus } from '../../extension/platform/messages.ts';
import type { MessageKey } from '../../extension/ui/t.ts';
import { isAtRest } from './in-page.ts';
import type { Theme } from './scene.ts';
import type { StandIn } from './stand-in-browser.ts';

type Role = Parameters<Page['getByRole']>[0];

/** A page of a scene. Finds controls by their texts in its language. */
export class ScenePage {
  readonly page: Page;
  readonly #messages: StandIn['messages'];

  constructor(page: Page, messages: StandIn['messages']) {
    this.page = page;
    this.#messages = messages;
  }

  /** The text of a key with its placeholders filled in order. */
  text(key: MessageKey, ...values: string[]): string {
    const { message, placeholders = {} } = this.#messages[key] ?? { message: '' };
    const names = Object.keys(placeholders);
    return message.replace(/\$(\w+)\$/g, (_match, name: string) => values[names.indexOf(name.toLowerCase())] ?? '');
  }

  async click(role: Role, key: MessageKey, ...values: string[]): Promise<void> {
    await this.#find(role, key, ...values).click();
  }

  async fill(key: MessageKey, text: string): Promise<void> {
    await this.#find('textbox', key).fill(text);
  }

  async sees(role: Role, key: MessageKey, ...values: string[]): Promise<void> {
    await this.#find(role, key, ...values).waitFor();
  }

  /** Makes the stand-in report a new connection state. */
  async tellStatus(status: RelayStatus): Promise<void> {
    await this.page.evaluate((detail) => dispatchEvent(new CustomEvent('scene-status', { detail })), status);
  }

  /** Switches the theme, as when the system theme changes. */
  async turn(theme: Theme): Promise<void> {
    await this.page.emulateMedia({ colorScheme: theme });
    await this.page.evaluate(isAtRest);
  }

  #find(role: Role, key: MessageKey, ...values: string[]) {
    return this.page.getByRole(role, { name: this.text(key, ...values), exact: true });
  }
}
