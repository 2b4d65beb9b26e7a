import { beforeEach, expect, it, vi } from 'vitest';
import { keepPages, type Pages } from './keep-pages.ts';

let opened: string[];
let gone: (page: string) => void;
let failing: boolean;
const pages: Pages = {
  open: async (url) => {
    if (failing) throw new Error('the browser went away');
    opened.push(url);
    return `page ${opened.length}`;
  },
  onGone: (listener) => {
    gone = listener;
  },
};
beforeEach(() => {
  opened = [];
  failing = false;
});

it('opens each page and reopens it when it is gone', async () => {
  await keepPages(pages, ['a', 'b']);
  expect(opened).toEqual(['a', 'b']);
  gone('page 1');
  await vi.waitFor(() => expect(opened).toEqual(['a', 'b', 'a']));
  gone('page 3');
  await vi.waitFor(() => expect(opened).toEqual(['a', 'b', 'a', 'a']));
});

it('ignores pages that it did not open', async () => {
  await keepPages(pages, ['a']);
  gone('somebody else');
  gone('page 1');
  await vi.waitFor(() => expect(opened).toEqual(['a', 'a']));
});

it('ignores the end of the browser', async () => {
  await keepPages(pages, ['a']);
  failing = true;
  gone('page 1');
  await new Promise(setImmediate);
  expect(opened).toEqual(['a']);
});
