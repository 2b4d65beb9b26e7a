import browser from 'webextension-polyfill';
import type { Bridges } from '../../calls/background/bridges.ts';
import type { ServedSites } from '../../calls/background/served-sites.ts';
import { isFirefox } from '../../platform/build.ts';
import type { OpenTabs } from '../../sites/background/open-tabs.ts';
import { Captures } from './captures.ts';
import { interceptInChromium } from './chromium/intercept-in-chromium.ts';
import { interceptInFirefox } from './firefox/intercept-in-firefox.ts';

export interface CreateCapturesDeps {
  bridges: Bridges;
  openTabs: OpenTabs;
  sites: ServedSites;
  /** The settings have been loaded. */
  started: Promise<unknown>;
}

/** What changes scripts; undefined in a build that can't (no-captures.ts). */
export function createCaptures({ bridges, openTabs, sites, started }: CreateCapturesDeps): Captures | undefined {
  const { storage } = browser;
  const intercept = isFirefox ? interceptInFirefox : interceptInChromium;
  return new Captures({
    sites: () => sites.catalog.sites,
    framesOf: (tabId) => bridges.ofTab(tabId),
    tabsOf: async (sites) => openTabs.ofSites(await openTabs.permitted(sites.map(({ pattern }) => pattern))),
    storage,
    intercept: (rewriters) => intercept(rewriters, { session: storage.session, started }),
  });
}
