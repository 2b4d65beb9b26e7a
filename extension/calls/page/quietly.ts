/**
 * Runs a callback of the browser (listener, timer, promise reaction) without letting errors escape: an
 * uncaught error would be an event of the page's window.
 */
export function quietly(run: () => void): void {
  try {
    run();
  } catch {
    // Errors that can be reported have been, as an answer.
  }
}
