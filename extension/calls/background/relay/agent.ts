import type { Agent } from '../../../../shared/protocol.ts';

// Brands before the engine that they are built on.
const BROWSERS = [
  ['Edge', /\bEdg\/([\d.]+)/],
  ['Opera', /\bOPR\/([\d.]+)/],
  ['Firefox', /\bFirefox\/([\d.]+)/],
  ['Chrome', /\bChrome\/([\d.]+)/],
] as const;

/** Describes this browser for the client lists that callers see. */
export function describeAgent(userAgent: string, extensionVersion: string): Agent {
  for (const [browser, form] of BROWSERS) {
    const version = form.exec(userAgent)?.[1];
    if (version) return { browser, browserVersion: version, extensionVersion };
  }
  return { browser: 'unknown', browserVersion: '', extensionVersion };
}
