import Table from 'cli-table3';
import { Command } from 'commander';
import type { ClientInfo } from '../../shared/protocol.ts';
import { visibleLine } from '../../shared/visible-text.ts';
import { EXIT_CODES_HELP } from './exit-code.ts';
import { printText } from './print-text.ts';
import { addRelayOptions, type RelayOptions, withRelay } from './relay-options.ts';
import type { Terminal } from './terminal.ts';

/** `pagewire list`: prints the connected clients as a table, or as JSON with `--json`. */
export function listCommand(terminal: Terminal, exit: (code: number) => void): Command {
  return addRelayOptions(new Command('list'))
    .description('list the connected clients and the functions they serve')
    .addHelpText('after', EXIT_CODES_HELP)
    .action(async (options: RelayOptions) => exit(await list(options, terminal)));
}

function list(options: RelayOptions, terminal: Terminal): Promise<number> {
  return withRelay(options, terminal, async (relay) => {
    const clients = await relay.list({ signal: terminal.signal });
    if (options.json) printText(terminal.stdout, `${JSON.stringify({ clients })}\n`);
    else
      terminal.stdout.write(
        clients.length > 0
          ? `${clientTable(clients)}\n`
          : 'No client is connected. Set the relay URL in the extension and switch the extension on.\n',
      );
  });
}

function clientTable(clients: readonly ClientInfo[]): string {
  const table = new Table({
    head: ['client', 'browser', 'functions (tabs)', 'in flight', 'since'],
    style: { head: [], border: [] },
  });
  for (const client of clients) {
    const { clientId, agent, functions, inFlight, connectedAt } = client;
    const browser = agent ? visibleLine(`${agent.browser} ${agent.browserVersion}`) : 'first protocol';
    table.push([
      visibleLine(clientId),
      browser,
      functions.map(({ name, tabs }) => `${visibleLine(name)} (${tabs.length})`).join('\n') || '–',
      inFlight,
      connectedAt,
    ]);
  }
  return table.toString();
}
