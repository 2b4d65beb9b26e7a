import { describe, inject, it } from 'vitest';
import { ATTACKS } from './attacks.ts';
import { runAttack } from './run-attack.ts';

/**
 * The short form of `npm run attack`: one round of each. docs/security.md names these tests. How long others wait depends
 * on what else this machine does, so that only answers that are lost and memory that is kept fail here.
 */

const natsPath = inject('natsServer');

// Much of an attack is waiting: for a relay to start, and for its memory to settle.
describe('an attack costs nobody an answer, and the relay no memory:', { timeout: 120_000, concurrent: true }, () => {
  for (const attack of ATTACKS)
    it.skipIf(attack.nodes === 2 && natsPath === '')(`${attack.kind}: ${attack.what}`, async ({ expect }) => {
      const { faults } = await runAttack(attack, 0, natsPath);
      expect(faults.filter((fault) => !fault.startsWith('others waited'))).toEqual([]);
    });
});
