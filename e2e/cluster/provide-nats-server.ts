import type { TestProject } from 'vitest/node';
import { findNatsServer, NATS_SERVER_VARIABLE } from './find-nats-server.ts';

/** Finds nats-server once for all tests. */
export default async function provideNatsServer(project: TestProject): Promise<void> {
  const path = await findNatsServer(console.log);
  if (path === undefined)
    console.log(`No nats-server: tests of many nodes are skipped. Install it, or set ${NATS_SERVER_VARIABLE}.`);
  project.provide('natsServer', path ?? '');
}

declare module 'vitest' {
  interface ProvidedContext {
    /** Its path, or an empty string. */
    natsServer: string;
  }
}
