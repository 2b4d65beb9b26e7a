import { describeNodes } from '../testing/describe-nodes.ts';
import { LocalBus, LocalHub } from './bus/local-bus.ts';

const hub = new LocalHub();
describeNodes('nodes of one process', () => new LocalBus(hub, 4_096));
