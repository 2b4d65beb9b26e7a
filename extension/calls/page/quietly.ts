/**
 * Runs what the browser calls by itself: a listener, a timer, what follows a promise. Whatever goes wrong in it, the page is to see
 * nothing of it: an error that nobody catches would be an event of its window.
 */
export function quietly(run: () => void): void {
  try {
    run();
  } catch {
    // What could be told of it has been, by an answer; what could not is lost together with what it was for.
  }
}
