import { LocalBus, LocalHub } from '../local-bus.ts';
import { describeNodes } from './describe-nodes.ts';

const hub = new LocalHub();
describeNodes('nodes of one process', () => new LocalBus(hub, 4_096));
