import { Attacker } from './attacker.ts';
import { ATTACKS } from './attacks.ts';

/** Attacks a relay in a process of its own: making what is sent would delay peers of the same process. */

const attacker = new Attacker(process.argv[2] ?? '');
process.on('message', async (index: number) => {
  await ATTACKS[index]?.round(attacker, { tokensFile: '', natsUrl: undefined });
  attacker.end();
  process.send?.('done');
});
process.on('disconnect', () => process.exit());
