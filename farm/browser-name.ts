/** The two that the extension is built for; Chrome, Edge and the like count as Chromium. */
export type BrowserName = 'chromium' | 'firefox';
