/** Runs in another page of the site: registers a service worker that serves the scripts of `/worked`. */
export async function registerWorker(): Promise<void> {
  const { active, installing } = await navigator.serviceWorker.register('/worker.js', { scope: '/worked' });
  const worker = active ?? installing;
  await new Promise<void>((resolve) => {
    const look = () => worker?.state === 'activated' && resolve();
    worker?.addEventListener('statechange', look);
    look();
  });
}
