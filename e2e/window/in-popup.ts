/** Expressions that are evaluated where `view` is the popup's window. */

const NAME_OF = `(control) => (control.getAttribute('aria-label') ?? control.labels?.[0]?.innerText ?? control.innerText).trim()`;

/** The middle of the button of this name, as a place in the popup; undefined where there is none. */
export function buttonIn(view: string, name: string): string {
  return `(() => {
    const nameOf = ${NAME_OF};
    const button = [...${view}.document.querySelectorAll('button')].find((button) => nameOf(button) === ${JSON.stringify(name)});
    button?.scrollIntoView({ block: 'nearest' });
    const place = button?.getBoundingClientRect();
    return place && { x: place.x + place.width / 2, y: place.y + place.height / 2 };
  })()`;
}

/** The name of the field or button that takes what is typed; empty where none does. */
export function focusIn(view: string): string {
  return `(() => {
    const { document } = ${view};
    return document.hasFocus() && document.activeElement !== document.body ? (${NAME_OF})(document.activeElement) : '';
  })()`;
}

/** Stores a connection, as a person has entered it before. */
export function storeConnection(connection: { relayUrl: string; clientId: string }): string {
  return `chrome.storage.local.get('settings').then(async ({ settings }) => {
    if (!settings) return false;
    await chrome.storage.local.set({ settings: { ...settings, ...${JSON.stringify(connection)} } });
    return true;
  })`;
}
