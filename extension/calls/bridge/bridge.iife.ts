import { Bridge } from './bridge.ts';
import { startBridge } from './start-bridge.ts';

startBridge(new Bridge());
