import { parseArgs } from 'node:util';
import { searchOften } from './sections/finder.ts';

/**
 * `npm run bench:finder -- [--browser firefox] [--objects 50000] [--rounds 5]`: measures searches on a page of any size.
 * Needs the built extension and relay.
 */

const { values } = parseArgs({
  options: {
    browser: { type: 'string', default: 'chromium' },
    objects: { type: 'string', default: '50000' },
    rounds: { type: 'string', default: '5' },
  },
});
const browser = values.browser === 'firefox' ? 'firefox' : 'chromium';
const searches = await searchOften(browser, { rounds: Number(values.rounds), objects: Number(values.objects) });
for (const { ms, blockedMs, idleMs, status } of searches) {
  const blocked = `page blocked at most ${blockedMs.toFixed(1)} ms (${idleMs.toFixed(1)} ms without a search)`;
  console.log(`${browser}: ${Math.round(ms)} ms, ${blocked}. ${status}`);
}
