/** Runs in a page of the site, which is not `/worked` yet: from then on a service worker hands out the scripts of that page. */
export async function registerWorker(): Promise<void> {
  const { active, installing } = await navigator.serviceWorker.register('/worker.js', { scope: '/worked' });
  const worker = active ?? installing;
  await new Promise<void>((resolve) => {
    const look = () => worker?.state === 'activated' && resolve();
    worker?.addEventListener('statechange', look);
    look();
  });
}
