import type { TestRelay } from './test-relay.ts';

/** Just below the limit of one client's announcement: some 230 kB. */
const TABS = Array.from({ length: 400 }, (_, tabId) => ({ tabId, url: `https://shop.example/${'x'.repeat(500)}` }));

/** Connects a client whose announcement is as large as one may be, for those who watch. */
export async function announceMuch(relay: TestRelay, clientId: string): Promise<void> {
  const client = await relay.connect();
  await client.serveSecond({ clientId, instanceId: clientId, functions: [{ name: 'encrypt', tabs: TABS }] });
}
