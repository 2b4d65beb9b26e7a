/**
 * Listens to events of this frame's document or window until the returned function is called. `document.open()` takes all
 * listeners from both, but no observer: it removes what is in the document, or what is written then is added to it.
 */
export function listenAcrossOpens<Heard extends Event>(
  target: EventTarget,
  type: string,
  listener: (event: Heard) => void,
): () => void {
  // A listener that is there already is not added twice.
  const listen = () => target.addEventListener(type, listener as (event: Event) => void);
  const observer = new MutationObserver(listen);
  observer.observe(document, { childList: true });
  listen();
  return () => {
    observer.disconnect();
    target.removeEventListener(type, listener as (event: Event) => void);
  };
}
