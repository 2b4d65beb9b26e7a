import type { SiteSettings } from '../../extension/sites/settings-schema.ts';
import { chooseFileIn } from './choose-file-in.ts';
import type { Scene, SceneState } from './scene.ts';
import type { ScenePage } from './scene-page.ts';
import { entriesWithPayloads, inUse, SHOP, settingsWith, shop, stateWith, waiting } from './scene-states.ts';

const bank: SiteSettings = {
  pattern: 'https://*.bank.example',
  enabled: false,
  functions: [{ name: 'seal', path: 'bank.vault.seal' }],
};
const both = settingsWith(shop, bank);

export const optionsScenes: readonly Scene[] = [
  options('empty', { settings: settingsWith(), status: waiting }, { isKept: true }),
  options('in-use', { ...inUse, settings: both }, { isKept: true }),
  options('calls', { ...inUse, settings: both, entries: entriesWithPayloads }, { isKept: true, act: openCalls }),
  options('settings-lost', { ...inUse, lost: ['relayUrl', 'sites[0].functions[2]'] }),
  options('access-missing', { granted: false }),
  options('editing', { settings: both }, { act: edit }),
  options('import', { settings: both }, { isKept: true, act: importOther }),
  options('import-refused', { settings: both }, { act: importNonsense }),
  options('import-no-settings', { settings: both }, { act: (page) => chooseFileIn(page, '{"version":1,"on":5}') }),
];

function options(name: string, state: Partial<SceneState>, more: Partial<Pick<Scene, 'act' | 'isKept'>> = {}): Scene {
  return { name: `options-${name}`, page: 'options', state: stateWith(state), ...more };
}

async function openCalls(page: ScenePage): Promise<void> {
  await page.click('button', 'callsOf', 'encrypt');
  await page.page.locator('.call-table, .first-call').waitFor();
}

async function edit(page: ScenePage): Promise<void> {
  await page.click('button', 'siteEditNamed', SHOP);
  await page.click('button', 'functionEditNamed', 'sign');
  await page.click('button', 'siteAdd');
}

async function importOther(page: ScenePage): Promise<void> {
  const { token: _token, ...rest } = { ...both, clientId: 'other-browser', sites: [{ ...shop, enabled: false }] };
  await chooseFileIn(page, JSON.stringify(rest));
  await page.sees('button', 'importApply');
}

async function importNonsense(page: ScenePage): Promise<void> {
  await chooseFileIn(page, '{"version": 1,');
  await page.page.getByRole('alert').waitFor();
}
