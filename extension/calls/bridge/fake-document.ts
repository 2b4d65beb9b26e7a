import { vi } from 'vitest';

/** For tests: a document that can be opened anew, which takes its listeners and those of its window, and the observers that see it. */
export class FakeDocument {
  readonly observers = new Set<() => void>();
  readonly windowListeners = new Map<string, (event: never) => void>();
  readyState = 'complete';
  URL = 'https://shop.test/';
  documentElement: object | null = {};
  prerendering = false;
  readonly #createElement: () => object;
  #listeners = new EventTarget();

  constructor(createElement: () => object) {
    this.#createElement = createElement;
    const observers = this.observers;
    vi.stubGlobal(
      'MutationObserver',
      class {
        readonly #changed: () => void;
        constructor(changed: () => void) {
          this.#changed = changed;
        }
        observe() {
          observers.add(this.#changed);
        }
        disconnect() {
          observers.delete(this.#changed);
        }
      },
    );
    vi.stubGlobal('window', {
      addEventListener: (type: string, listener: (event: never) => void) => this.windowListeners.set(type, listener),
      removeEventListener: (type: string) => this.windowListeners.delete(type),
    });
    vi.stubGlobal('document', this);
  }

  createElement(): object {
    return this.#createElement();
  }

  addEventListener(...args: Parameters<EventTarget['addEventListener']>): void {
    this.#listeners.addEventListener(...args);
  }

  removeEventListener(...args: Parameters<EventTarget['removeEventListener']>): void {
    this.#listeners.removeEventListener(...args);
  }

  dispatchEvent(event: Event): boolean {
    return this.#listeners.dispatchEvent(event);
  }

  /** What a page does with `document.open()` and `document.write()`. */
  open(): void {
    this.#listeners = new EventTarget();
    this.windowListeners.clear();
    this.readyState = 'loading';
    this.changed();
  }

  /** Its root element is another one. */
  changed(root: object = {}): void {
    this.documentElement = root;
    for (const changed of [...this.observers]) changed();
  }

  /** It has been read to its end. */
  read(isTrusted = true): void {
    if (isTrusted) this.readyState = 'interactive';
    this.dispatchEvent(Object.defineProperty(new Event('DOMContentLoaded'), 'isTrusted', { value: isTrusted }));
  }
}
