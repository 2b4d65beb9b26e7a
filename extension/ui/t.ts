import browser from 'webextension-polyfill';
import en from '../_locales/en/messages.json' with { type: 'json' };

type Messages = typeof en;
export type MessageKey = keyof Messages;

/** A text to be translated: its key and the values of its placeholders. */
export type Text = {
  [Key in MessageKey]: Messages[Key] extends { placeholders: infer Placeholders }
    ? [key: Key, values: Record<keyof Placeholders, string | number>]
    : [key: Key, values?: undefined];
}[MessageKey];

/** A text in the browser's language. */
export function t(...[key, values]: Text): string {
  const message: { message: string; placeholders?: object } = en[key];
  const given: Record<string, string | number> = values ?? {};
  // Placeholders are declared in the order $1, $2, …; a test checks this.
  const substitutions = Object.keys(message.placeholders ?? {}).map((name) => String(given[name]));
  return browser.i18n.getMessage(key, substitutions);
}
