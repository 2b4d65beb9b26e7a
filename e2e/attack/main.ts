import Table from 'cli-table3';
import { Command } from 'commander';
import { findNatsServer } from '../cluster/find-nats-server.ts';
import { endWithParent } from '../stage/at-end.ts';
import { ATTACKS } from './attacks.ts';
import { type AttackResult, runAttack } from './run-attack.ts';

/** `npm run attack`: each attack for some seconds against relays with a small heap, while others use them. */

const { seconds, kind } = new Command('attack')
  .option('--seconds <number>', 'duration of each attack', Number, 8)
  .option('--kind <kind>', 'only attacks of this kind')
  .parse()
  .opts<{ seconds: number; kind?: string }>();

endWithParent();
process.once('SIGINT', () => process.exit(130));
const natsPath = await findNatsServer(console.log);
const results: AttackResult[] = [];
for (const attack of ATTACKS) {
  if (kind !== undefined && attack.kind !== kind) continue;
  if (attack.nodes === 2 && natsPath === undefined) {
    console.log(`left out, as it needs nats-server: ${attack.kind}, ${attack.what}`);
    continue;
  }
  const result = await runAttack(attack, seconds * 1_000, natsPath ?? '');
  console.log(`${attack.kind}: ${attack.what}: ${result.faults.join('; ') || 'fine'}`);
  results.push(result);
}
console.log(table(results));
process.exit(results.every(({ faults }) => faults.length === 0) ? 0 : 1);

function table(rows: readonly AttackResult[]): string {
  const head = ['kind', 'attack', 'rounds', 'idle ms', 'slowest ms', '×', 'heap MB', 'after', 'faults'];
  const made = new Table({ head, style: { head: [], border: [] } });
  const mb = (bytes: number) => (bytes / 1024 / 1024).toFixed(1);
  for (const { kind, what, rounds, idleMs, slowestMs, heapBefore, heapAfter, faults } of rows) {
    const times = [idleMs.toFixed(0), slowestMs.toFixed(0), (slowestMs / (idleMs || 1)).toFixed(1)];
    made.push([kind, what, rounds, ...times, mb(heapBefore), mb(heapAfter), faults.join('; ')]);
  }
  return made.toString();
}
