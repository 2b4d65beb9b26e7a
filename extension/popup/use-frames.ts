import { useEffect, useState } from 'preact/hooks';
import browser from 'webextension-polyfill';
import type { Settings } from '../sites/settings-schema.ts';

const MAX_FRAMES = 100;

/**
 * The addresses of the frames that stand in a tab's page, as far as the browser lets it be looked at: the page of an enabled site, and
 * the one that the popup was opened on by its button. Where no site is enabled no page is looked at.
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
    // The page has written them.
    return addresses.filter((address): address is string => typeof address === 'string').slice(0, MAX_FRAMES);
  } catch {
    // The browser lets nobody look into this page: what is enabled in it is known all the same.
    return [];
  }
}

/** Runs beside the page, and sees nothing but its own text here. */
function frameAddresses(): string[] {
  return [...document.querySelectorAll<HTMLIFrameElement>('iframe')].map(({ src }) => src);
}
