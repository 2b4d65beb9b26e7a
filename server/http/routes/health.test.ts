import Fastify from 'fastify';
import { expect, it } from 'vitest';
import type { Cluster } from '../../cluster/cluster.ts';
import { Readiness } from '../readiness.ts';
import { addHealthRoutes } from './health.ts';

it('reports readiness to load balancers while the process is alive', async () => {
  const cluster: { bus: Cluster['bus'] } = { bus: 'alone' };
  const eventLoop = { recentMs: 500 };
  const readiness = new Readiness(cluster, eventLoop, 500);
  const app = Fastify();
  addHealthRoutes(app, { readiness });
  const status = async (url: string) => (await app.inject(url)).statusCode;
  const whyNot = async () => {
    const answer = await app.inject('/readyz');
    expect(answer.headers['content-type']).toBe('application/problem+json');
    return answer.json();
  };
  expect([await status('/healthz'), await status('/readyz')]).toEqual([200, 200]);
  cluster.bus = 'down';
  expect(await whyNot()).toMatchObject({ code: 'bus_unavailable', status: 503 });
  cluster.bus = 'up';
  expect(await status('/readyz')).toBe(200);
  eventLoop.recentMs = 501;
  expect(await whyNot()).toMatchObject({ code: 'overloaded', status: 503 });
  readiness.stop();
  expect([await status('/healthz'), await status('/readyz')]).toEqual([200, 503]);
  expect(await whyNot()).toMatchObject({ code: 'shutting_down', status: 503 });
});
