/** What differs between the builds (`vite build --mode …`) in code; a manifest differs in manifest.ts. */
export const isFirefox = import.meta.env.MODE === 'firefox';
