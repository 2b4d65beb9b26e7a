import { mkdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { ExtensionPage } from '../browser/driver.ts';
import { eventually } from '../browser/eventually.ts';
import { findBrowser } from '../browser/find-browser.ts';
import { launchBrowser } from '../browser/launch-browser.ts';
import { ShopSite } from '../site/shop-site.ts';
import { RelayProcess } from '../stage/relay-process.ts';
import { says, textOf } from '../stage/set-up-through-popup.ts';
import { builtExtension, GRANTABLE_HOSTS } from '../stage/stage.ts';

/** `npm run pictures`: takes the README's pictures of the popup, in each language and theme. */

const ROOT = new URL('../../', import.meta.url);
const WIDTH = 344;
const LANGUAGES = [
  { language: 'en-US', locale: 'en', name: 'popup' },
  { language: 'zh-CN', locale: 'zh_CN', name: 'popup.zh-CN' },
];

type Translate = (key: string, replaced?: string) => string;

await mkdir(new URL('docs/images/', ROOT), { recursive: true });
const relay = await RelayProcess.start();
const site = await ShopSite.start();
try {
  for (const language of LANGUAGES) await takePictures(language);
} finally {
  await site.close();
  await relay.stop();
}

async function takePictures({ language, locale, name }: (typeof LANGUAGES)[number]): Promise<void> {
  const t = await translator(locale);
  const browser = await launchBrowser('chromium', {
    extension: builtExtension('chromium'),
    executablePath: await findBrowser('chromium', console.log),
    grantableHosts: GRANTABLE_HOSTS,
    language,
  });
  try {
    const page = await browser.openPage(site.url());
    const popup = await browser.openPopup({ tabId: page.tabId, url: await page.url() });
    await popup.setViewport(WIDTH, 200);
    await setUp(popup, t);
    for (const scheme of ['light', 'dark'] as const) {
      await popup.setColorScheme(scheme);
      const file = `docs/images/${name}${scheme === 'dark' ? '.dark' : ''}.png`;
      await popup.screenshot(fileURLToPath(new URL(file, ROOT)));
      console.log(file);
    }
  } finally {
    await browser.close();
  }
}

/** Sets up the extension as in README.md, without the guide and with a trial call at the end. */
async function setUp(popup: ExtensionPage, t: Translate): Promise<void> {
  await popup.control('button', t('guideClose')).click();
  await popup.control('textbox', t('relayUrl')).fill(relay.socketUrl);
  await popup.control('textbox', t('clientId')).fill('my-browser');
  await popup.control('button', t('siteEnable')).click();
  await popup.control('textbox', t('functionName')).fill('encrypt');
  await popup.control('textbox', t('functionPath')).fill('shop.crypto.encrypt');
  await popup.control('button', t('functionAddSubmit')).click();
  await popup.control('button', t('tryNamed', 'encrypt')).click();
  await popup.control('textbox', t('tryArgument')).fill('hello');
  await says(popup, t('statusConnected'));
  await says(popup, t('functionFound'));
  await popup.control('button', t('tryRunNamed', 'encrypt')).click();
  await popup.control('button', t('tryCopy')).seen();
  // Wait until the notice of the last action disappears.
  await eventually(async () => !(await textOf(popup)).includes(t('functionAdded', 'encrypt')));
}

async function translator(locale: string): Promise<Translate> {
  const text = await readFile(new URL(`extension/_locales/${locale}/messages.json`, ROOT), 'utf8');
  const messages: Record<string, { message: string }> = JSON.parse(text);
  return (key, replaced = '') => {
    const found = messages[key];
    if (!found) throw new Error(`${locale} has no message ${key}`);
    return found.message.replace(/\$[A-Z]+\$/, replaced);
  };
}
