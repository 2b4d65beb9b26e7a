import { SearchBridge } from './search-bridge.ts';

new SearchBridge().start();
