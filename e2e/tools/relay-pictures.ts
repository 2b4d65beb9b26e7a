import { fileURLToPath } from 'node:url';
import { type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { LANGUAGES, type Language } from '../../server/dashboard/language.ts';
import { findBrowser } from '../browser/find-browser.ts';
import { StandInClient } from '../samples/stand-in-client.ts';
import { callOverHttp } from '../stage/call-over-http.ts';
import { RelayProcess } from '../stage/relay-process.ts';

/** `npm run pictures`: takes the pictures of the relay's page, in each language and theme. */

const IMAGES = new URL('../../docs/images/', import.meta.url);
const WIDTH = 1_060;
const NAMES: Record<Language, string> = { en: 'relay', zh: 'relay.zh-CN' };
/** Duration of calls before the picture is taken. */
const BUSY_MS = 40_000;

// The port in the README, so that pictures and text agree.
const relay = await RelayProcess.start({}, 9_999);
const browser = await chromium.launch({
  executablePath: await findBrowser('chromium', console.log),
  args: ['--no-sandbox'],
});
try {
  const client = await StandInClient.connect(relay.socketUrl, {
    encrypt: ([text]) => ({ kind: 'value', value: `q1ZKzs8tyC9K${String(text).length}` }),
    sign: () => ({ kind: 'error', error: { code: 'function_threw', message: 'no key yet' } }),
  });
  const views = Object.keys(NAMES).flatMap((language) =>
    (['light', 'dark'] as const).map((scheme) => ({ language: language as Language, scheme })),
  );
  const pages = await Promise.all(views.map(({ language, scheme }) => open(language, scheme)));
  await keepBusy(BUSY_MS);
  for (const [index, { language, scheme }] of views.entries()) await takePicture(pages[index], language, scheme);
  client.socket.terminate();
} finally {
  await browser.close();
  await relay.stop();
}

async function open(language: Language, colorScheme: 'light' | 'dark'): Promise<Page> {
  const viewport = { width: WIDTH, height: 1_000 };
  const options: BrowserContextOptions = { locale: LANGUAGES[language].tag, colorScheme, viewport };
  const page = await (await browser.newContext({ ...options, deviceScaleFactor: 1.5 })).newPage();
  await page.goto(relay.url);
  return page;
}

/** Varying calls of a few programs, most of them successful. */
async function keepBusy(ms: number): Promise<void> {
  const until = performance.now() + ms;
  while (performance.now() < until) {
    const wave = 1 + Math.sin(performance.now() / 5_000);
    const calls = Array.from({ length: 1 + Math.round(6 * wave) }, () =>
      call(Math.random() < 0.04 ? 'sign' : 'encrypt'),
    );
    await Promise.all(calls);
    await new Promise((resolve) => setTimeout(resolve, 60 * Math.random()));
  }
}

async function call(fn: string): Promise<void> {
  await callOverHttp({ relay: relay.url, clientId: 'my-browser', fn, args: ['hello'] });
}

async function takePicture(page: Page | undefined, language: Language, scheme: 'light' | 'dark'): Promise<void> {
  const { texts } = LANGUAGES[language];
  await page?.getByRole('textbox', { name: texts.tryText }).fill('hello');
  await page?.getByRole('button', { name: texts.tryRun, exact: true }).click();
  await page?.getByRole('button', { name: texts.tryCopyAnswer }).waitFor();
  const file = `${NAMES[language]}${scheme === 'dark' ? '.dark' : ''}.png`;
  // Cut off the list of calls below.
  const shown = await page?.locator('.columns').boundingBox();
  const clip = { x: 0, y: 0, width: WIDTH, height: Math.ceil((shown?.y ?? 0) + (shown?.height ?? 0)) + 20 };
  await page?.screenshot({ path: fileURLToPath(new URL(file, IMAGES)), clip });
  console.log(`docs/images/${file}`);
}
