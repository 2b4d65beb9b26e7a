import { parseArgs } from 'node:util';
import type { BrowserName } from '../../farm/browser-name.ts';

export interface DemoOptions {
  browser: BrowserName;
  /** Exits after the calls. */
  once: boolean;
}

export const HELP = `npm run demo -- [options]

Starts a relay, a sample shop and a real browser with the extension, sets the extension up through its own popup,
and calls the shop's signing function as a program would.

  --browser chromium|firefox   which browser (chromium, or Chrome, unless told otherwise)
  --once                       end after the calls: 0 if all went well
  --help                       this text

CHROME_PATH and FIREFOX_PATH name the browser to start. Without a display it runs headless.`;

/** @returns undefined for --help. @throws an Error of one line for invalid options */
export function parseDemoOptions(args: string[]): DemoOptions | undefined {
  const { values } = parseArgs({
    args,
    options: {
      browser: { type: 'string', default: 'chromium' },
      once: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return undefined;
  const { browser, once } = values;
  if (browser === 'chrome') return { browser: 'chromium', once };
  if (browser === 'chromium' || browser === 'firefox') return { browser, once };
  throw new Error(`Unknown browser "${browser}": write chromium or firefox`);
}
