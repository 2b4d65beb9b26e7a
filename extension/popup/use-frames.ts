import { useEffect, useState } from 'preact/hooks';
import browser from 'webextension-polyfill';
import type { Settings } from '../sites/settings-schema.ts';

const MAX_FRAMES = 100;

/**
 * The URLs of iframes in a tab's page, if the browser grants access: to pages of enabled sites, and by
 * activeTab. Without enabled sites nothing is read.
 */
export function useFrames(tabId: number | undefined, settings: Settings): readonly string[] {
  const [frames, setFrames] = useState<readonly string[]>([]);
  const isWanted = settings.sites.some(({ enabled }) => enabled);
  useEffect(() => {
    if (tabId === undefined || !isWanted) return setFrames([]);
    let isCurrent = true;
    void framesIn(tabId).then((found) => {
      if (isCurrent) setFrames(found);
    });
    return () => {
      isCurrent = false;
    };
  }, [tabId, isWanted]);
  return frames;
}

async function framesIn(tabId: number): Promise<string[]> {
  try {
    const results = await browser.scripting.executeScript({ target: { tabId, allFrames: true }, func: frameAddresses });
    const addresses = results.flatMap(({ result }) => (Array.isArray(result) ? result : []));
    // The page controls these values.
    return addresses.filter((address): address is string => typeof address === 'string').slice(0, MAX_FRAMES);
  } catch {
    // No access to this page.
    return [];
  }
}

/** Runs in the isolated world, and can't use anything outside of this function. */
function frameAddresses(): string[] {
  return [...document.querySelectorAll<HTMLIFrameElement>('iframe')].map(({ src }) => src);
}
