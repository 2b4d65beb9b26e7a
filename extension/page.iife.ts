// biome-ignore lint/suspicious/noRedundantUseStrict: it is built into a classic script, where a page's function could follow `caller` and `arguments` of sloppy functions to the channel.
'use strict';
import { bundleRoots } from './calls/page/bundles/bundle-roots.ts';
import { startPageScript } from './calls/page/page-script.ts';
import { captureRoot } from './captures/page/capture-root.ts';

startPageScript({ ...bundleRoots, capture: captureRoot });
