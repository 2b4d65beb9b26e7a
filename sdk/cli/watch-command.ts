import { Command } from 'commander';
import type { ClientInfo } from '../../shared/protocol.ts';
import type { RelayEvent } from '../../shared/relay-event.ts';
import { visibleLine } from '../../shared/visible-text.ts';
import { EXIT_CODES_HELP } from './exit-code.ts';
import { printText } from './print-text.ts';
import { addRelayOptions, type RelayOptions, withRelay } from './relay-options.ts';
import type { Terminal } from './terminal.ts';

const EXAMPLES = `
Examples:
  pagewire watch                                     one line per client that connects, disconnects or changes, and per call
  pagewire watch --json | jq 'select(.kind=="call")' one JSON object per line
Press Ctrl-C to stop. After a reconnect the output starts again with the connected clients.`;

/** `pagewire watch`: prints the relay's events, one line each, or as JSON with `--json`. */
export function watchCommand(terminal: Terminal, exit: (code: number) => void): Command {
  return addRelayOptions(new Command('watch'))
    .description("print the relay's events: clients that connect and disconnect, calls")
    .addHelpText('after', EXAMPLES + EXIT_CODES_HELP)
    .action(async (options: RelayOptions) => exit(await watch(options, terminal)));
}

function watch(options: RelayOptions, terminal: Terminal): Promise<number> {
  const { signal, stdout } = terminal;
  const line = options.json ? (event: RelayEvent) => JSON.stringify(event) : readableEvent;
  return withRelay(options, terminal, async (relay) => {
    for await (const event of relay.watch({ signal })) printText(stdout, `${line(event)}\n`);
  });
}

/** `12:00:00 connected     shop · Firefox 153.0 · encrypt (1 tab), sign (no tab)` */
export function readableEvent(event: RelayEvent, now = new Date()): string {
  // The Swedish locale writes local time as in ISO 8601.
  return `${now.toLocaleTimeString('sv')} ${event.kind.padEnd(12)} ${details(event)}`;
}

function details(event: RelayEvent): string {
  switch (event.kind) {
    case 'clients':
      return event.clients.length === 0
        ? 'none'
        : event.clients.map(({ clientId }) => visibleLine(clientId)).join(', ');
    case 'connected':
    case 'functions':
      return describe(event.client);
    case 'disconnected':
      return visibleLine(event.clientId);
    case 'call': {
      const { clientId, fn, outcome, ms, via } = event;
      return `${visibleLine(clientId)} ${fn === undefined ? '(default)' : visibleLine(fn)} ${outcome} ${ms} ms ${via}`;
    }
    case 'dropped':
      return `${event.count} calls are not shown: there were too many`;
    default:
      return event satisfies never;
  }
}

function describe({ clientId, agent, functions }: ClientInfo): string {
  const served = functions.map(({ name, tabs }) => `${visibleLine(name)} (${tabsOf(tabs.length)})`).join(', ');
  const browser = agent ? visibleLine(`${agent.browser} ${agent.browserVersion}`) : 'first protocol';
  return [visibleLine(clientId), browser, ...(agent ? [served || 'no functions'] : [])].join(' · ');
}

function tabsOf(count: number): string {
  if (count === 0) return 'no tab';
  return count === 1 ? '1 tab' : `${count} tabs`;
}
