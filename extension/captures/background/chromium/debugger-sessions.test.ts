import { beforeEach, expect, it, vi } from 'vitest';
import type { Capture } from '../../../sites/capture-schema.ts';
import type { ScriptRewriter } from '../script-rewriter.ts';
import type { Breakpoints } from './breakpoints.ts';
import type { DebuggerApi } from './debugger-api.ts';
import { DebuggerSessions } from './debugger-sessions.ts';

const CAPTURE: Capture = { name: 'a', script: '/app-*.js', at: { text: 'a' }, expression: 'a' };
const SHOP = 'https://shop.test/';
const OTHER = 'https://other.test/';

const listener = { addListener: () => {} };
let sent: string[];
let stopped: boolean;
let targets: { url: string }[];
let mayStay: boolean;
let captures: Capture[];
const rewrite = vi.fn(async () => new TextEncoder().encode('new') as Uint8Array<ArrayBuffer> | undefined);
const answers: Record<string, object> = {
  'Page.getFrameTree': { frameTree: { frame: { id: 'F', url: SHOP } } },
  'Fetch.getResponseBody': { body: btoa('old'), base64Encoded: true },
};
const api = {
  attach: vi.fn(async ({ tabId }) => void sent.push(`attach ${tabId}`)),
  detach: vi.fn(async ({ tabId }) => void sent.push(`detach ${tabId}`)),
  sendCommand: vi.fn(async (_target, method: string, _params?: object) => {
    sent.push(method);
    return answers[method] ?? {};
  }),
  getTargets: vi.fn(async () => targets),
  onEvent: listener,
  onDetach: listener,
} satisfies DebuggerApi;
const answered = vi.fn();
/** Whether a capture is for scripts in documents. */
let isNamed: boolean;
let sessions: DebuggerSessions;

/** Known redirects of scripts. */
let sentOnTo: string[];
beforeEach(() => {
  sentOnTo = [];
  vi.clearAllMocks();
  isNamed = true;
  sent = [];
  stopped = false;
  targets = [{ url: SHOP }];
  mayStay = false;
  captures = [CAPTURE];
  const rewriter = {
    withTargets: (scripts: readonly string[]) => [...scripts, ...sentOnTo],
    onRedirect: (_response: object, location: string) => {
      sentOnTo.push(location);
      return location;
    },
    capturesOf: (url: string) => (url === SHOP ? captures : []),
    breakpointsOf: () => [],
    interceptedScripts: () => ['/app-*.js'],
    isOfInterest: () => true,
    mayStayInMemory: () => mayStay,
    rewrite,
  };
  const breakpoints = { update: async () => {}, forget: () => {}, onEvent: async () => {} };
  sessions = new DebuggerSessions({
    api,
    scriptRewriter: rewriter as unknown as ScriptRewriter,
    documents: {
      isOfInterest: () => isNamed,
      mayStayInMemory: () => false,
      rewrite,
      onTooLarge: () => {},
      onHeaders: answered,
    },
    breakpoints: () => breakpoints as unknown as Breakpoints,
    stopped: {
      get: async () => stopped,
      set: async (value) => {
        stopped = value;
      },
    },
  });
});

const paused = (more: object = {}) => ({
  requestId: 'R',
  frameId: 'F',
  resourceType: 'Script',
  request: { url: `${SHOP}app-1.js` },
  responseStatusCode: 200,
  responseHeaders: [
    { name: 'Content-Encoding', value: 'br' },
    { name: 'Content-Type', value: 'text/javascript' },
  ],
  ...more,
});

it('is attached only to tabs with captures', async () => {
  await sessions.syncTabs([
    { id: 1, url: SHOP },
    { id: 2, url: OTHER },
  ]);
  expect(sent.filter((command) => command.startsWith('attach'))).toEqual(['attach 1']);
});

it('enables no domain that pages can detect', async () => {
  await sessions.tab(1).onNavigating(SHOP);
  expect(sent.filter((command) => /^(Debugger|Runtime)\./.test(command))).toEqual([]);
});

it('intercepts only responses of its captured scripts and documents', async () => {
  await sessions.tab(1).onNavigating(SHOP);
  expect(api.sendCommand).toHaveBeenCalledWith({ tabId: 1 }, 'Fetch.enable', {
    patterns: [
      { urlPattern: '*/app-*.js*', resourceType: 'Script', requestStage: 'Response' },
      { urlPattern: '*', resourceType: 'Document', requestStage: 'Response' },
    ],
  });
});

it('detaches when the tab leaves the site, when the last capture is removed, and when the tab closes', async () => {
  await sessions.tab(1).onNavigating(SHOP);
  await sessions.tab(1).onNavigating(OTHER);
  await sessions.tab(2).onNavigating(SHOP);
  await sessions.syncTabs([]);
  expect(sent.filter((command) => command.startsWith('detach'))).toEqual(['detach 1', 'detach 2']);
});

it('reloads once a page that started before it was attached', async () => {
  await sessions.tab(1).onCommitted(SHOP, false);
  await sessions.tab(1).onCommitted(SHOP, false);
  expect(sent.filter((command) => command === 'Page.reload')).toHaveLength(1);
});

it('does not send a form twice', async () => {
  await sessions.tab(1).onCommitted(SHOP, true);
  expect(sent).not.toContain('Page.reload');
});

it('passes a script on with headers that forbid caching', async () => {
  await sessions.tab(1).onEvent({}, 'Fetch.requestPaused', paused());
  expect(api.sendCommand).toHaveBeenLastCalledWith({ tabId: 1 }, 'Fetch.fulfillRequest', {
    requestId: 'R',
    responseCode: 200,
    responseHeaders: [
      { name: 'Content-Type', value: 'text/javascript' },
      { name: 'Cache-Control', value: 'no-store' },
    ],
    body: btoa('new'),
  });
});

it('keeps the cache headers of a script that the page may run again', async () => {
  mayStay = true;
  const kept = [
    { name: 'Content-Type', value: 'text/javascript' },
    { name: 'Cache-Control', value: 'max-age=9' },
  ];
  const responseHeaders = [...kept, { name: 'ETag', value: '"1"' }, { name: 'Last-Modified', value: 'today' }];
  await sessions.tab(1).onEvent({}, 'Fetch.requestPaused', paused({ responseHeaders }));
  expect(api.sendCommand).toHaveBeenLastCalledWith(
    { tabId: 1 },
    'Fetch.fulfillRequest',
    expect.objectContaining({ responseHeaders: kept }),
  );
});

it('asks once which page a tab shows, then follows events', async () => {
  await sessions.tab(1).onNavigating(SHOP);
  await sessions.tab(1).onEvent({}, 'Fetch.requestPaused', paused());
  await sessions.tab(1).onCommitted(`${SHOP}next`, false);
  await sessions.tab(1).onNavigating(SHOP);
  await sessions.tab(1).onEvent({}, 'Fetch.requestPaused', paused());
  await sessions.tab(1).onCommitted(SHOP, false);
  await sessions.tab(1).onEvent({}, 'Fetch.requestPaused', paused());
  await sessions.tab(1).onEvent({}, 'Fetch.requestPaused', paused());
  expect(sent.filter((method) => method === 'Page.getFrameTree')).toHaveLength(2);
  expect(rewrite).toHaveBeenLastCalledWith(
    { tabId: 1, pageUrl: SHOP, url: `${SHOP}app-1.js` },
    expect.anything(),
    expect.anything(),
  );
});

it('passes a document on with its headers for the back/forward cache', async () => {
  const responseHeaders = [
    { name: 'Content-Length', value: '3' },
    { name: 'Cache-Control', value: 'max-age=9' },
  ];
  await sessions.tab(1).onEvent({}, 'Fetch.requestPaused', paused({ resourceType: 'Document', responseHeaders }));
  expect(api.sendCommand).toHaveBeenLastCalledWith(
    { tabId: 1 },
    'Fetch.fulfillRequest',
    expect.objectContaining({ responseHeaders: responseHeaders.slice(1) }),
  );
});

it('continues a document without a capture, reading only its headers', async () => {
  isNamed = false;
  const responseHeaders = [{ name: 'Link', value: '</app-1.js>; rel=preload; integrity=sha256-a' }];
  await sessions.tab(1).onEvent({}, 'Fetch.requestPaused', paused({ resourceType: 'Document', responseHeaders }));
  expect(sent).toEqual(['Fetch.continueRequest']);
  expect(answered).toHaveBeenCalledWith(`${SHOP}app-1.js`, responseHeaders);
});

it.each([
  ['with status 404', { responseStatusCode: 404 }],
  ['that is a redirect', { responseStatusCode: 302 }],
  ['that failed', { responseErrorReason: 'Failed' }],
])('continues a response %s', async (_title, more) => {
  await sessions.tab(1).onEvent({}, 'Fetch.requestPaused', paused(more));
  expect(sent).toEqual(['Fetch.continueRequest']);
});

it.each([
  ['without captures', async () => undefined],
  ['that can not be rewritten', () => Promise.reject(new Error('no'))],
])('passes a script %s on unchanged, also with headers that forbid caching', async (_title, fails) => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  rewrite.mockImplementationOnce(fails);
  await sessions.tab(1).onEvent({}, 'Fetch.requestPaused', paused());
  expect(api.sendCommand).toHaveBeenLastCalledWith({ tabId: 1 }, 'Fetch.continueResponse', {
    requestId: 'R',
    responseCode: 200,
    responseHeaders: [
      { name: 'Content-Encoding', value: 'br' },
      { name: 'Content-Type', value: 'text/javascript' },
      { name: 'Cache-Control', value: 'no-store' },
    ],
  });
});

const FORGETS = ['Network.enable', 'Network.setCacheDisabled', 'Network.setCacheDisabled', 'Network.disable'];

const forgets = () => sent.filter((method) => method === 'Network.setCacheDisabled').length / 2;

it('clears the scripts of a renderer once it may have unchanged ones, and not at each page', async () => {
  await sessions.tab(1).onNavigating(SHOP);
  expect(forgets()).toBe(1);
  await sessions.tab(1).onCommitted(SHOP, false);
  expect(forgets()).toBe(2);
  await sessions.tab(1).onNavigating(SHOP);
  await sessions.tab(1).onCommitted(`${SHOP}`, false);
  expect(forgets()).toBe(2);
  await sessions.tab(1).onCommitted(OTHER, false);
  await sessions.tab(1).onCommitted(SHOP, false);
  expect(forgets()).toBe(4);
});

it('clears the scripts of a renderer before it detaches', async () => {
  await sessions.tab(1).onNavigating(SHOP);
  sent = [];
  await sessions.syncTabs([]);
  expect(sent).toEqual([...FORGETS, 'detach 1']);
});

it('clears the scripts if a capture has changed', async () => {
  await sessions.tab(1).onCommitted(SHOP, false);
  const before = forgets();
  captures = [{ ...CAPTURE, expression: 'b' }];
  await sessions.syncTabs([{ id: 1, url: SHOP }]);
  await sessions.syncTabs([{ id: 1, url: SHOP }]);
  expect(forgets()).toBe(before + 1);
});

it('clears the scripts if developer tools were opened or closed', async () => {
  await sessions.tab(1).onCommitted(SHOP, false);
  const before = forgets();
  await sessions.tab(1).onNavigating(SHOP);
  expect(forgets()).toBe(before);
  targets.push({ url: 'devtools://devtools/bundled/devtools_app.html' });
  await sessions.tab(1).onNavigating(SHOP);
  await sessions.tab(1).onCommitted(SHOP, false);
  expect(forgets()).toBe(before + 1);
  targets.pop();
  await sessions.tab(1).onNavigating(SHOP);
  expect(forgets()).toBe(before + 2);
});

const enters = () => sent.filter((method) => method === 'Target.setAutoAttach').length;

it('attaches to frames once the page has loaded, and never during a load', async () => {
  await sessions.tab(1).onLoaded();
  await sessions.tab(1).onNavigating(SHOP);
  await sessions.tab(1).onCommitted(SHOP, false);
  expect(enters()).toBe(0);
  await sessions.tab(1).onLoaded();
  await sessions.tab(1).onCommitted(SHOP, false);
  await sessions.tab(1).onLoaded();
  expect(enters()).toBe(1);
});

it('attaches at once to frames of a page that had loaded before', async () => {
  await sessions.syncTabs([
    { id: 1, url: SHOP, status: 'loading' },
    { id: 2, url: SHOP, status: 'complete' },
  ]);
  expect(api.sendCommand.mock.calls.filter(([, method]) => method === 'Target.setAutoAttach')).toMatchObject([
    [{ tabId: 2 }, 'Target.setAutoAttach', { waitForDebuggerOnStart: true }],
  ]);
});

it('attaches to frames with their own process, and then lets them continue', async () => {
  await sessions.tab(1).onNavigating(SHOP);
  await sessions.tab(1).onEvent({}, 'Target.attachedToTarget', { sessionId: 'S' });
  const ofFrame = api.sendCommand.mock.calls.filter(([target]) => target.sessionId === 'S').map(([, method]) => method);
  expect(ofFrame).toEqual(['Target.setAutoAttach', 'Fetch.enable', ...FORGETS, 'Runtime.runIfWaitingForDebugger']);
});

it.each([
  ['rejects the command', () => Promise.reject(new Error('gone'))],
  ['does not answer', () => new Promise<never>(() => {})],
])('lets a frame continue that %s', async (_title, answer) => {
  api.sendCommand.mockImplementationOnce(answer);
  sessions
    .tab(1)
    .onEvent({}, 'Target.attachedToTarget', { sessionId: 'S' })
    .catch(() => {});
  expect(sent.at(-1)).toBe('Runtime.runIfWaitingForDebugger');
});

it.each([
  ['rejects the question', () => Promise.reject(new Error('gone'))],
  ['does not answer', () => new Promise<never>(() => {})],
])('continues a script whose page %s which one it is', async (_title, answer) => {
  vi.useFakeTimers();
  vi.spyOn(console, 'error').mockImplementation(() => {});
  api.sendCommand.mockImplementationOnce(answer);
  const heard = sessions
    .tab(1)
    .onEvent({}, 'Fetch.requestPaused', paused())
    .catch(() => {});
  await vi.advanceTimersByTimeAsync(5_000);
  await heard;
  vi.useRealTimers();
  expect(sent).toEqual(['Fetch.getResponseBody', 'Fetch.continueResponse']);
});

it('is attached to a page with captures only in a frame, until the tab navigates', async () => {
  await sessions.tab(1).onFrameNavigating(SHOP, OTHER);
  await sessions.syncTabs([]);
  await sessions.tab(1).onCommitted(`${OTHER}next`, false);
  expect(sent.filter((command) => /attach|reload/i.test(command) && !command.startsWith('Target'))).toEqual([
    'attach 1',
  ]);
  await sessions.tab(1).onCommitted('https://third.test/', false);
  expect(sent.at(-1)).toBe('detach 1');
});

it('continues with a tab that an earlier background attached', async () => {
  api.attach.mockRejectedValueOnce(new Error('Another debugger is already attached'));
  await sessions.tab(1).onNavigating(SHOP);
  expect(sent).toContain('Fetch.enable');
});

it('stays detached after the user ended it, until the user resumes captures', async () => {
  await sessions.tab(1).onNavigating(SHOP);
  await sessions.tab(2).onNavigating(SHOP);
  await sessions.onDetached(1, 'canceled_by_user');
  expect([stopped, sent.at(-1)]).toEqual([true, 'detach 2']);
  await sessions.tab(1).onNavigating(SHOP);
  expect(sent.at(-1)).toBe('detach 2');
  await sessions.resume();
  await sessions.tab(1).onNavigating(SHOP);
  expect(sent.filter((command) => command === 'attach 1')).toHaveLength(2);
});

it('intercepts the target of a redirected script before it is requested', async () => {
  await sessions.syncTabs([{ id: 1, url: SHOP }]);
  sent.length = 0;
  const location = 'https://cdn.test/app-2.js';
  const moved = paused({ responseStatusCode: 302, responseHeaders: [{ name: 'Location', value: location }] });
  await sessions.tab(1).onEvent({}, 'Fetch.requestPaused', moved);
  expect(sentOnTo).toEqual([location]);
  expect(sent.filter((command) => command.startsWith('Fetch.'))).toEqual(['Fetch.enable', 'Fetch.continueRequest']);
});
