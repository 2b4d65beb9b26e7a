import type { Agent } from '../../../../shared/protocol.ts';

// The brand comes before the engine that it is built on.
const BROWSERS = [
  ['Edge', /\bEdg\/([\d.]+)/],
  ['Opera', /\bOPR\/([\d.]+)/],
  ['Firefox', /\bFirefox\/([\d.]+)/],
  ['Chrome', /\bChrome\/([\d.]+)/],
] as const;

/** Who this client is, for the lists that callers see. */
export function describeAgent(userAgent: string, extensionVersion: string): Agent {
  for (const [browser, form] of BROWSERS) {
    const version = form.exec(userAgent)?.[1];
    if (version) return { browser, browserVersion: version, extensionVersion };
  }
  return { browser: 'unknown', browserVersion: '', extensionVersion };
}
