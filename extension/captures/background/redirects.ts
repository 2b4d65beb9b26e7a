/** A hostile page can make as many as it likes. */
const MAX_REDIRECTS = 500;

/**
 * Where scripts are sent on to: a page names a script by the URL that it asks for, and what passes is the one that comes in the end. A
 * capture may mean either.
 */
export class Redirects {
  readonly #targets = new Map<string, string>();

  /** The answer to `from` sends the browser on to this `location`. Its URL; undefined where it is none. */
  record(from: string, location: string): string | undefined {
    if (!URL.canParse(location, from)) return undefined;
    const target = new URL(location, from).href.replace(/#.*/s, '');
    this.#targets.delete(from);
    this.#targets.set(from, target);
    for (const oldest of this.#targets.keys()) if (this.#targets.size > MAX_REDIRECTS) this.#targets.delete(oldest);
    return target;
  }

  /** A script's URL and all that lead to it. */
  sourcesOf(url: string): string[] {
    const names = new Set([url]);
    for (const name of names) for (const [from, to] of this.#targets) if (to === name) names.add(from);
    return [...names];
  }

  /** A script's URL and all that it leads to. */
  chainOf(url: string): string[] {
    const way = new Set([url]);
    for (const name of way) {
      const target = this.#targets.get(name);
      if (target !== undefined) way.add(target);
    }
    return [...way];
  }

  /** Where scripts lead that are meant. */
  targetsOf(isMeant: (url: string) => boolean): string[] {
    return [...this.#targets.keys()].filter(isMeant).flatMap((from) => this.chainOf(from).slice(1));
  }
}
