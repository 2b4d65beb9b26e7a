/**
 * Listens to events of this frame's document or window until the returned function is called.
 * `document.open()` removes all listeners, but no observers: an observer adds the listener again.
 */
export function listenAcrossOpens<Heard extends Event>(
  target: EventTarget,
  type: string,
  listener: (event: Heard) => void,
): () => void {
  // An existing listener is not added twice.
  const listen = () => target.addEventListener(type, listener as (event: Event) => void);
  const observer = new MutationObserver(listen);
  observer.observe(document, { childList: true });
  listen();
  return () => {
    observer.disconnect();
    target.removeEventListener(type, listener as (event: Event) => void);
  };
}
