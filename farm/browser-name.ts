/** `chromium` includes Chrome and Edge. */
export type BrowserName = 'chromium' | 'firefox';
