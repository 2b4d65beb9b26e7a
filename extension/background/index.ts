import bridge from '../content/bridge.iife.ts?script';
import page from '../page/page.iife.ts?script';

console.log(page, bridge);
