/** Expressions in which `view` is the popup's window. */

const NAME_OF = `(control) => (control.getAttribute('aria-label') ?? control.labels?.[0]?.innerText ?? control.innerText).trim()`;

/** The centre of a button in the popup, or undefined. */
export function buttonIn(view: string, name: string): string {
  return `(() => {
    const nameOf = ${NAME_OF};
    const button = [...${view}.document.querySelectorAll('button')].find((button) => nameOf(button) === ${JSON.stringify(name)});
    button?.scrollIntoView({ block: 'nearest' });
    const place = button?.getBoundingClientRect();
    return place && { x: place.x + place.width / 2, y: place.y + place.height / 2 };
  })()`;
}

/** The name of the focused field or button, or an empty string. */
export function focusIn(view: string): string {
  return `(() => {
    const { document } = ${view};
    return document.hasFocus() && document.activeElement !== document.body ? (${NAME_OF})(document.activeElement) : '';
  })()`;
}

/** Stores the connection settings. */
export function storeConnection(connection: { relayUrl: string; clientId: string }): string {
  return `chrome.storage.local.get('settings').then(async ({ settings }) => {
    if (!settings) return false;
    await chrome.storage.local.set({ settings: { ...settings, ...${JSON.stringify(connection)} } });
    return true;
  })`;
}
