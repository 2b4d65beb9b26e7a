import type { ManifestV3Export } from '@crxjs/vite-plugin';
import packageJson from '../package.json' with { type: 'json' };

/** `chrome-capture` can rewrite scripts for captures; its permission can't be requested later. */
export type Build = 'chrome' | 'chrome-capture' | 'firefox';

/** The add-on's id, by which Firefox, its policies and its store know it. */
export const FIREFOX_ID = 'pagewire@pagewire.dev';

const icons = { 16: 'icons/16.png', 32: 'icons/32.png', 48: 'icons/48.png', 128: 'icons/128.png' };

// storage: the settings · scripting: page script and bridge · alarms: reconnect after the background was
// stopped · activeTab: the site of the popup's page.
const PERMISSIONS = ['storage', 'scripting', 'alarms', 'activeTab'];

/** The manifest of a build. Site access is requested per site, so nothing is granted at installation. */
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
    // Needed for alarms of 30 s.
    minimum_chrome_version: '120',
    // Settings that a policy can set; Firefox needs no schema.
    storage: { managed_schema: 'managed-schema.json' },
    background: { service_worker: 'background.ts', type: 'module' },
  };
}

/**
 * debugger: intercepts scripts in its Fetch domain · webNavigation: attaches before a page's first request.
 */
function forChromeCapture() {
  return {
    ...forChrome(),
    name: '__MSG_appNameCapture__',
    permissions: [...PERMISSIONS, 'debugger', 'webNavigation'],
  };
}

function forFirefox() {
  return {
    // For captures; requested with the first one.
    optional_permissions: ['webRequest', 'webRequestBlocking', 'webRequestFilterResponse'],
    background: { scripts: ['background.ts'], type: 'module' },
    // Firefox's default CSP for Manifest V3 upgrades ws: to wss:, which a relay on 127.0.0.1 does not
    // support.
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
