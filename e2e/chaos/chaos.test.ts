import { describe, expect, inject, it } from 'vitest';
import type { WebSocket } from 'ws';
import { openSocket } from '../load/socket-caller.ts';
import { FAULTS, type Fault } from './faults.ts';
import { report } from './report.ts';
import { runChaos } from './run-chaos.ts';

const natsPath = inject('natsServer');
const SEED = Number(process.env.PAGEWIRE_CHAOS_SEED ?? 1);

describe.skipIf(natsPath === '')('three nodes under chaos', () => {
  it('answer each call once, execute none twice, and release all resources', { timeout: 240_000 }, async () => {
    const faults = FAULTS.filter(({ short }) => short);
    const lines: string[] = [];
    const findings = await runChaos({ natsPath, seed: SEED, seconds: 12, faults, say: (line) => lines.push(line) });
    console.log(report([findings]));
    expect(findings.faults, `seed ${SEED}\n${lines.join('\n')}`).toEqual([]);
    // Check that the run did something.
    expect(findings.endings.ok).toBeGreaterThan(1_000);
    expect(findings.struck.length).toBeGreaterThan(2);
    expect(findings.readyz.ready).toBeGreaterThan(10);
  });

  it('are reported for calls that end without a planned reason', { timeout: 240_000 }, async () => {
    const kill = FAULTS.filter(({ name }) => name === 'kill -9 of a relay');
    const unadmitted = kill.map((fault) => ({ ...fault, endings: [] }));
    const findings = await runChaos({ natsPath, seed: SEED, seconds: 1, faults: unadmitted, say: () => {} });
    expect(findings.faults.join()).toMatch(/it ended with (client_disconnected|client_not_found|relay_disconnected)/);
    expect(report([findings])).toContain('0 of 1 run clean');
  });

  it('are reported for leaked resources', { timeout: 240_000 }, async () => {
    const held: WebSocket[] = [];
    const leak: Fault = {
      name: 'leaked sockets',
      endings: [],
      ms: [0, 0],
      short: false,
      strike: async ({ nodes }) => {
        for (let count = 0; count < 20; count++) held.push(await openSocket(nodes[0]?.direct.socketUrl ?? ''));
        return async () => {};
      },
    };
    const findings = await runChaos({ natsPath, seed: SEED, seconds: 0.1, faults: [leak], say: () => {} });
    for (const socket of held) socket.terminate();
    expect(findings.faults).toEqual([expect.stringContaining('node A did not release its resources')]);
  });
});
