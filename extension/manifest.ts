import type { ManifestV3Export } from '@crxjs/vite-plugin';
import packageJson from '../package.json' with { type: 'json' };

export type BrowserFamily = 'chrome' | 'firefox';

const icons = { 16: 'icons/16.png', 32: 'icons/32.png', 48: 'icons/48.png', 128: 'icons/128.png' };

/** The manifest of either build. Sites are asked for one by one, so nothing is granted at installation. */
export function createManifest(family: BrowserFamily): ManifestV3Export {
  return {
    manifest_version: 3,
    name: '__MSG_appName__',
    description: '__MSG_appDescription__',
    version: packageJson.version,
    default_locale: 'en',
    icons,
    action: { default_popup: 'popup/popup.html', default_title: '__MSG_appName__', default_icon: icons },
    options_ui: { page: 'options/options.html', open_in_tab: true },
    // storage: the settings · scripting: page script and bridge · alarms: the last net under the connection ·
    // activeTab: which site the popup was opened on.
    permissions: ['storage', 'scripting', 'alarms', 'activeTab'],
    optional_host_permissions: ['http://*/*', 'https://*/*'],
    ...(family === 'chrome' ? forChrome() : forFirefox()),
  } as ManifestV3Export;
}

function forChrome() {
  return {
    // Alarms of 30 s.
    minimum_chrome_version: '120',
    background: { service_worker: 'background/index.ts', type: 'module' },
  };
}

function forFirefox() {
  return {
    background: { scripts: ['background/index.ts'], type: 'module' },
    // Firefox's default for Manifest V3 upgrades ws: to wss:, with which no relay on 127.0.0.1 can be reached.
    content_security_policy: { extension_pages: "script-src 'self'; object-src 'self'" },
    browser_specific_settings: {
      gecko: {
        id: 'pagewire@pagewire.dev',
        strict_min_version: '142.0',
        data_collection_permissions: { required: ['none'] },
      },
    },
  };
}
