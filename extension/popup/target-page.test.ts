import { describe, expect, it, vi } from 'vitest';
import { findTargetPage, formatSearch } from './target-page.ts';

vi.mock('webextension-polyfill', () => ({
  default: { tabs: { query: async () => [{ id: 3, url: 'https://active.example/cart' }] } },
}));

describe('the target page of the popup', () => {
  it('is the active tab', async () => {
    expect(await findTargetPage('')).toEqual({ tabId: 3, url: 'https://active.example/cart' });
  });

  it('is the one in the URL of a popup in a tab', async () => {
    const search = formatSearch({ tabId: 12, url: 'https://shop.example/cart?secret=1' });
    expect(search).toBe('?tabId=12&url=https%3A%2F%2Fshop.example');
    expect(await findTargetPage(search)).toEqual({ tabId: 12, url: 'https://shop.example' });
  });

  it('has no tab if the URL names none or an invalid one', async () => {
    expect(await findTargetPage('?tabId=x')).toEqual({ tabId: undefined, url: undefined });
    expect(await findTargetPage('?url=http://127.0.0.1:8080')).toEqual({ url: 'http://127.0.0.1:8080' });
  });
});
