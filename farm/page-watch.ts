/** A dialog of a page that was answered for it, because nobody is there to do so. */
export interface Dialog {
  /** alert, confirm, prompt or beforeunload. */
  type: string;
  /** What the page asked, or the beginning of it. */
  message: string;
}

/** Is told how the pages of a browser are. */
export interface PageWatch {
  dialogClosed(dialog: Dialog): void;
  /** How many pages do not answer, whenever that changes. */
  silent(pages: number): void;
}

const MAX_MESSAGE_LENGTH = 100;

/** A dialog as a browser tells of it. */
export function readDialog(type: unknown, message: unknown): Dialog {
  return { type: String(type), message: String(message ?? '').slice(0, MAX_MESSAGE_LENGTH) };
}
