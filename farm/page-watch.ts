/** A dialog that was closed. */
export interface Dialog {
  /** alert, confirm, prompt or beforeunload. */
  type: string;
  /** The dialog's text, cut to MAX_MESSAGE_LENGTH. */
  message: string;
}

/** Receives the state of a browser's pages. */
export interface PageWatch {
  dialogClosed(dialog: Dialog): void;
  /** Called with the number of pages that do not answer when it changes. */
  silent(pages: number): void;
}

const MAX_MESSAGE_LENGTH = 100;

export function readDialog(type: unknown, message: unknown): Dialog {
  return { type: String(type), message: String(message ?? '').slice(0, MAX_MESSAGE_LENGTH) };
}
