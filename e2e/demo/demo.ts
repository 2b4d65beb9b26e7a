import type { Page } from '../browser/driver.ts';
import { eventually } from '../browser/eventually.ts';
import { findBrowser } from '../browser/find-browser.ts';
import { launchBrowser } from '../browser/launch-browser.ts';
import { ShopSite } from '../site/shop-site.ts';
import { callOverHttp } from '../stage/call-over-http.ts';
import { FirstProtocolProgram } from '../stage/first-protocol-program.ts';
import { RelayProcess } from '../stage/relay-process.ts';
import { says, setUpThroughPopup } from '../stage/set-up-through-popup.ts';
import { builtExtension, GRANTABLE_HOSTS } from '../stage/stage.ts';
import { build } from './build.ts';
import { CleanUp } from './clean-up.ts';
import { type DemoOptions, HELP, parseDemoOptions } from './demo-options.ts';

/** `npm run demo`: all steps from a build to a page's answer in a program. */

const CLIENT_ID = 'demo';
const PATH = 'shop.crypto.encrypt';

const cleanUp = new CleanUp();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => void cleanUp.run().then(() => process.exit(signal === 'SIGINT' ? 0 : 1)));
}

try {
  const options = readOptions();
  if (options) await run(options);
} catch (error) {
  console.error(`\n✗ ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
  await cleanUp.run();
}

function readOptions(): DemoOptions | undefined {
  const options = parseDemoOptions(process.argv.slice(2));
  if (!options) console.log(HELP);
  return options;
}

async function run(options: DemoOptions): Promise<void> {
  await step('Building the extension and the relay', async () => {
    await build(options.browser);
    return 'done';
  });
  const relay = await startRelay();
  const page = await openShop(options, relay);
  await callOverWebSocket(relay, page);
  await callByPost(relay, page);
  if (options.once) {
    console.log('\n✓ All of it worked.');
    return await cleanUp.run();
  }
  console.log(`\nIt keeps running. Try it:\n\n  ${curlLine(relay)}\n\nPress Ctrl-C to stop.`);
}

async function startRelay(): Promise<RelayProcess> {
  return await step('Starting a relay on a free port', async (tell) => {
    const relay = await RelayProcess.start();
    cleanUp.add(() => relay.stop());
    tell(relay.url);
    return relay;
  });
}

/** Opens the shop in a browser and sets up the extension. */
async function openShop({ browser: name }: DemoOptions, relay: RelayProcess): Promise<Page> {
  const site = await step('Serving a sample shop', async (tell) => {
    const site = await ShopSite.start();
    cleanUp.add(() => site.close());
    tell(`${site.url()}, with a policy that forbids the page any connection`);
    return site;
  });
  const browser = await step('Opening a browser with the extension', async (tell) => {
    const executablePath = await findBrowser(name, console.log);
    const headless = !hasDisplay();
    const browser = await launchBrowser(name, {
      extension: builtExtension(name),
      executablePath,
      grantableHosts: GRANTABLE_HOSTS,
      headless,
    });
    cleanUp.add(() => browser.close());
    tell(`${executablePath} ${browser.version}${headless ? ', headless' : ''}`);
    return browser;
  });
  return await step('Setting it up in its popup, as you would', async (tell) => {
    const page = await browser.openPage(site.url());
    const popup = await setUpThroughPopup(browser, page, {
      relayUrl: relay.socketUrl,
      clientId: CLIENT_ID,
      functions: { encrypt: PATH },
    });
    await says(popup, 'Connected');
    await says(popup, 'Found');
    await page.activate();
    // The popup may still show the connection with the previous client ID.
    await eventually(async () => (await relay.clients()).some(({ clientId }) => clientId === CLIENT_ID));
    tell(`relay ${relay.socketUrl}, client "${CLIENT_ID}", encrypt → ${PATH}: connected, found in the page`);
    return page;
  });
}

async function callOverWebSocket(relay: RelayProcess, page: Page): Promise<void> {
  console.log('\nA program calls over WebSocket, in the first protocol:');
  const program = await FirstProtocolProgram.connect(relay.socketUrl);
  for (const text of ['hello', 'order 17', '价格 🛒']) {
    const started = performance.now();
    const { data } = await program.decrypt(CLIENT_ID, text);
    const ms = performance.now() - started;
    if (!data.flag) throw new Error(`the call failed with ${data.error?.code}: ${data.error?.message}`);
    show(text, data.msg, ms);
    if (text === 'hello') await compareWithPage(page, text, data.msg);
  }
  program.close();
}

async function callByPost(relay: RelayProcess, page: Page): Promise<void> {
  console.log('\nA program calls over HTTP:');
  for (const text of ['hello', 'order 18']) {
    const answer = await callOverHttp({ relay: relay.url, clientId: CLIENT_ID, fn: 'encrypt', args: [text] });
    if (!answer.ok) throw new Error(`the call failed with ${answer.code}: ${answer.message}`);
    show(text, answer.value, answer.ms);
    if (text === 'hello') await compareWithPage(page, text, answer.value);
  }
}

async function compareWithPage(page: Page, text: string, answer: unknown): Promise<void> {
  const own = await page.evaluate((text) => shop.crypto.encrypt(text), text);
  if (answer !== own) throw new Error(`the answer ${String(answer)} is not the page's own, ${own}`);
  console.log(`    the same as the page's own answer ✓`);
}

function show(text: string, answer: unknown, ms: number): void {
  console.log(`  encrypt(${JSON.stringify(text)}) → ${String(answer)}  (${ms.toFixed(1)} ms)`);
}

/** Prints a step, its result and its duration. */
async function step<Result>(what: string, act: (tell: (how: string) => void) => Promise<Result>): Promise<Result> {
  const started = performance.now();
  let told = '';
  const result = await act((how) => {
    told = `\n    ${how}`;
  });
  console.log(`• ${what} (${((performance.now() - started) / 1_000).toFixed(1)} s)${told}`);
  return result;
}

function curlLine(relay: RelayProcess): string {
  const url = `${relay.url}/api/clients/${CLIENT_ID}/functions/encrypt`;
  return `curl -sS --fail-with-body ${url} -H 'Content-Type: application/json' -d '{"args":["hello"]}'`;
}

function hasDisplay(): boolean {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  return process.platform === 'darwin' || process.platform === 'win32' || Boolean(DISPLAY || WAYLAND_DISPLAY);
}

declare const shop: { crypto: { encrypt(text: string): Promise<string> } };
