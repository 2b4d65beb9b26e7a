/** A hostile page can make any number of redirects. */
const MAX_REDIRECTS = 500;

/**
 * Redirects of scripts. A page names a script by the URL it requests, and the response comes from the final
 * URL; a capture may match either.
 */
export class Redirects {
  readonly #targets = new Map<string, string>();

  /** Records that `from` redirects to `location`. Returns the target's URL; undefined if it is not a URL. */
  record(from: string, location: string): string | undefined {
    if (!URL.canParse(location, from)) return undefined;
    const target = new URL(location, from).href.replace(/#.*/s, '');
    this.#targets.delete(from);
    this.#targets.set(from, target);
    for (const oldest of this.#targets.keys()) if (this.#targets.size > MAX_REDIRECTS) this.#targets.delete(oldest);
    return target;
  }

  /** The URL and all URLs that redirect to it. */
  sourcesOf(url: string): string[] {
    const names = new Set([url]);
    for (const name of names) for (const [from, to] of this.#targets) if (to === name) names.add(from);
    return [...names];
  }

  /** The URL and all URLs that it redirects to. */
  chainOf(url: string): string[] {
    const way = new Set([url]);
    for (const name of way) {
      const target = this.#targets.get(name);
      if (target !== undefined) way.add(target);
    }
    return [...way];
  }

  /** The redirect targets of the scripts that match. */
  targetsOf(isMeant: (url: string) => boolean): string[] {
    return [...this.#targets.keys()].filter(isMeant).flatMap((from) => this.chainOf(from).slice(1));
  }
}
