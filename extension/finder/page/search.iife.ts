// biome-ignore lint/suspicious/noRedundantUseStrict: it is built into a classic script, where a page's function could follow `caller` and `arguments` of sloppy functions to the channel.
'use strict';
import { startSearchScript } from './search-script.ts';

startSearchScript();
