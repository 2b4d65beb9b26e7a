/**
 * What differs between the builds (`vite build --mode …`). They are constants, so that a build leaves out
 * the code that it can't use.
 */

export const isFirefox = import.meta.env.MODE === 'firefox';
/** Whether this build has Chromium's debugger. Its permission can't be requested later. */
export const hasDebugger = import.meta.env.MODE === 'chrome-capture';
/** Whether this build can change scripts for captures. */
export const changesScripts = isFirefox || hasDebugger;
