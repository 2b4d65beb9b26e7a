/** Page control, implemented per browser. */
export interface Pages {
  /** Opens a page; resolves with its id. */
  open(url: string): Promise<string>;
  /** Reports the id of each page that was closed or crashed. */
  onGone(listener: (page: string) => void): void;
}

/** Opens a page per URL, and reopens it when it is closed or crashes. */
export async function keepPages(pages: Pages, urls: readonly string[]): Promise<void> {
  const kept = new Map<string, string>();
  const open = async (url: string) => {
    kept.set(await pages.open(url), url);
  };
  pages.onGone((page) => {
    const url = kept.get(page);
    kept.delete(page);
    // Fails if the browser is exiting.
    if (url !== undefined) open(url).catch(() => {});
  });
  for (const url of urls) await open(url);
}
