import Fastify from 'fastify';
import { expect, it } from 'vitest';
import { addHealthRoutes } from './health.ts';

it('tells load balancers to send nobody more once the relay is stopping, while the process still answers', async () => {
  const router = { accepts: true };
  const app = Fastify();
  addHealthRoutes(app, { router });
  const status = async (url: string) => (await app.inject(url)).statusCode;
  expect([await status('/healthz'), await status('/readyz')]).toEqual([200, 200]);
  router.accepts = false;
  expect([await status('/healthz'), await status('/readyz')]).toEqual([200, 503]);
  const answer = await app.inject('/readyz');
  expect(answer.headers['content-type']).toBe('application/problem+json');
  expect(answer.json()).toMatchObject({ code: 'shutting_down', status: 503 });
});
