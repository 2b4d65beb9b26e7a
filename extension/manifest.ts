import type { ManifestV3Export } from '@crxjs/vite-plugin';
import packageJson from '../package.json' with { type: 'json' };

/** `chrome-capture` may change a site's scripts, for captures; that takes a permission that can't be asked for later. */
export type Build = 'chrome' | 'chrome-capture' | 'firefox';

/** The add-on's id, by which Firefox, its policies and its store know it. */
export const FIREFOX_ID = 'pagewire@pagewire.dev';

const icons = { 16: 'icons/16.png', 32: 'icons/32.png', 48: 'icons/48.png', 128: 'icons/128.png' };

// storage: the settings · scripting: page script and bridge · alarms: the last net under the connection ·
// activeTab: which site the popup was opened on.
const PERMISSIONS = ['storage', 'scripting', 'alarms', 'activeTab'];

/** The manifest of each build. Sites are asked for one by one, so nothing is granted at installation. */
export function createManifest(build: Build): ManifestV3Export {
  return {
    manifest_version: 3,
    name: '__MSG_appName__',
    description: '__MSG_appDescription__',
    version: packageJson.version,
    default_locale: 'en',
    icons,
    action: { default_popup: 'popup/popup.html', default_title: '__MSG_appName__', default_icon: icons },
    options_ui: { page: 'options/options.html', open_in_tab: true },
    permissions: PERMISSIONS,
    optional_host_permissions: ['http://*/*', 'https://*/*'],
    ...OWN[build](),
  } as ManifestV3Export;
}

const OWN = { chrome: forChrome, 'chrome-capture': forChromeCapture, firefox: forFirefox } as const;

function forChrome() {
  return {
    // Alarms of 30 s.
    minimum_chrome_version: '120',
    // What a policy may set; Firefox asks for no schema.
    storage: { managed_schema: 'managed-schema.json' },
    background: { service_worker: 'background.ts', type: 'module' },
  };
}

/** debugger: scripts pass through its Fetch domain · webNavigation: before a page asks for its first one. */
function forChromeCapture() {
  return {
    ...forChrome(),
    name: '__MSG_appNameCapture__',
    permissions: [...PERMISSIONS, 'debugger', 'webNavigation'],
  };
}

function forFirefox() {
  return {
    // For captures, and asked for with the first one.
    optional_permissions: ['webRequest', 'webRequestBlocking', 'webRequestFilterResponse'],
    background: { scripts: ['background.ts'], type: 'module' },
    // Firefox's default for Manifest V3 upgrades ws: to wss:, with which no relay on 127.0.0.1 can be reached.
    content_security_policy: { extension_pages: "script-src 'self'; object-src 'self'" },
    browser_specific_settings: {
      gecko: {
        id: FIREFOX_ID,
        strict_min_version: '142.0',
        data_collection_permissions: { required: ['none'] },
      },
    },
  };
}
