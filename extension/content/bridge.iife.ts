import { Bridge } from './bridge.ts';

const bridge = new Bridge();
// A page that is only being prerendered is no tab's page yet. (Firefox does not prerender.)
if ('prerendering' in document && document.prerendering === true) {
  document.addEventListener('prerenderingchange', () => bridge.start(), { once: true });
} else bridge.start();
