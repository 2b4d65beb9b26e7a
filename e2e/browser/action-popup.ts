import { DevtoolsTarget } from './devtools-target.ts';
import { eventually } from './eventually.ts';

/**
 * The popup under the extension's button, driven over the DevTools protocol, because Playwright does not list it as a page.
 */
export class ActionPopup {
  readonly #target: DevtoolsTarget;

  private constructor(target: DevtoolsTarget) {
    this.#target = target;
  }

  /** Finds the open or opening popup in a Chromium with this debugging port. */
  static async attach(devtoolsPort: number, url: string): Promise<ActionPopup> {
    return new ActionPopup(await DevtoolsTarget.attach(devtoolsPort, url));
  }

  async text(): Promise<string> {
    return String(await this.#target.evaluate('document.body.innerText'));
  }

  /** Presses the button with the Enter key. Only real input may ask for permissions. */
  async press(name: string): Promise<void> {
    await this.#eventually(
      `it shows a button "${name}"`,
      `(() => {
      const button = [...document.querySelectorAll('button')].find((button) =>
        (button.getAttribute('aria-label') ?? button.innerText).trim() === ${JSON.stringify(name)});
      button?.focus();
      return document.activeElement === button;
    })()`,
    );
    const enter = { key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 13 };
    await this.#target.send('Input.dispatchKeyEvent', { type: 'keyDown', text: '\r', ...enter });
    await this.#target.send('Input.dispatchKeyEvent', { type: 'keyUp', ...enter });
  }

  /** Types into the field with this label. */
  async fill(label: string, text: string): Promise<void> {
    await this.#eventually(
      `it shows a field "${label}"`,
      `(() => {
      const label = [...document.querySelectorAll('label')].find(({ innerText }) => innerText.trim() === ${JSON.stringify(label)});
      label?.control?.focus();
      label?.control?.select?.();
      return Boolean(label?.control);
    })()`,
    );
    await this.#target.send('Input.insertText', { text });
  }

  async close(): Promise<void> {
    await this.#target.close();
  }

  async #eventually(what: string, expression: string): Promise<void> {
    await eventually(async () => (await this.#target.evaluate(expression)) === true).catch(async () => {
      throw new Error(`timed out waiting until ${what}:\n${await this.text()}`);
    });
  }
}
