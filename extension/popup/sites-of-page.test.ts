import { describe, expect, it } from 'vitest';
import type { SiteSettings } from '../sites/settings-schema.ts';
import { sitesOfPage } from './sites-of-page.ts';

const site = (pattern: string, enabled = true): SiteSettings => ({ pattern, enabled, functions: [] });

function patternsFor(listed: string[], url: string, { frames = [] as string[], serving = [] as string[] } = {}) {
  const settings = { sites: listed.map((pattern) => site(pattern)) };
  const { own, inFrames, couldBe } = sitesOfPage(settings, { url, frames, serving });
  const tell = (sites: SiteSettings[]) => sites.map(({ pattern, enabled }) => (enabled ? pattern : `${pattern} (off)`));
  return { own: tell(own), inFrames: tell(inFrames), couldBe: tell(couldBe) };
}

describe('the sites of a page', () => {
  it('are the listed sites that match it', () => {
    const listed = ['https://shop.test', 'https://*.shop.test', 'https://other.test'];
    expect(patternsFor(listed, 'https://shop.test/cart').own).toEqual(['https://shop.test', 'https://*.shop.test']);
  });

  it('are its own origin if none is listed', () => {
    expect(patternsFor(['https://other.test'], 'https://shop.test:8443/cart').own).toEqual([
      'https://shop.test:8443 (off)',
    ]);
  });

  it('are none if the page can not be served', () => {
    const none = { own: [], inFrames: [], couldBe: [] };
    expect(patternsFor(['https://pay.test'], 'about:blank', { frames: ['https://pay.test/'] })).toEqual(none);
  });

  it('include sites of frames, known by their address or from the background', () => {
    const listed = ['https://shop.test', 'https://pay.test', 'https://deep.test:443', 'https://other.test'];
    const known = { frames: ['https://pay.test/card'], serving: ['https://shop.test', 'https://deep.test'] };
    expect(patternsFor(listed, 'https://shop.test/', known)).toEqual({
      own: ['https://shop.test'],
      inFrames: ['https://pay.test', 'https://deep.test:443'],
      couldBe: [],
    });
  });

  it('include sites that a frame could be enabled as, each once', () => {
    const frames = ['https://pay.test/1', 'https://pay.test/2', 'https://shop.test/own', 'about:blank', '', 'nonsense'];
    expect(patternsFor(['https://shop.test'], 'https://shop.test/', { frames }).couldBe).toEqual([
      'https://pay.test (off)',
    ]);
  });

  it('do not repeat the site of the page for its frames', () => {
    const { own, couldBe } = patternsFor([], 'https://shop.test/', { frames: ['https://shop.test/frame'] });
    expect([own, couldBe]).toEqual([['https://shop.test (off)'], []]);
  });
});
