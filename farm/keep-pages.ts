/** What either browser can do with its pages. */
export interface Pages {
  /** Opens a page; resolves with what the browser calls it. */
  open(url: string): Promise<string>;
  /** Tells of each page that is closed, or has crashed, by its name. */
  onGone(listener: (page: string) => void): void;
}

/** Opens a page for each URL, and another one each time that it is gone. */
export async function keepPages(pages: Pages, urls: readonly string[]): Promise<void> {
  const kept = new Map<string, string>();
  const open = async (url: string) => {
    kept.set(await pages.open(url), url);
  };
  pages.onGone((page) => {
    const url = kept.get(page);
    kept.delete(page);
    // Where it is the browser that is ending there is nothing to open one in.
    if (url !== undefined) open(url).catch(() => {});
  });
  for (const url of urls) await open(url);
}
