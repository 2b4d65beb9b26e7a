import { runEndToEnd } from './steps.ts';

const t = performance.now();
const s = await runEndToEnd();
console.log(JSON.stringify(s.map((x) => [x.tally, x.failures])), ((performance.now() - t) / 1000).toFixed(0), 's');
