// biome-ignore lint/suspicious/noRedundantUseStrict: it is built into a classic script, where a page's function could follow `caller` and `arguments` of sloppy functions to the channel.
'use strict';
import { startPageScript } from './page-script.ts';

startPageScript();
