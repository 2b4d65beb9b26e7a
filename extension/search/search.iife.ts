import { startSearchScript } from './search-script.ts';

startSearchScript();
