import type { BrowserName } from '../../farm/browser-name.ts';

/** A Vitest project per browser: `vitest run --config … --project firefox`. */
export function inBrowser(browserName: BrowserName, include: string[]) {
  return {
    extends: true as const,
    test: { name: browserName, include, provide: { browserName } },
  };
}

declare module 'vitest' {
  interface ProvidedContext {
    browserName: BrowserName;
  }
}
