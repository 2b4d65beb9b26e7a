import type { SceneState } from './scene.ts';

export interface StandIn {
  state: SceneState;
  messages: Record<string, { message: string; placeholders?: Record<string, { content: string }> }>;
}

/**
 * Runs in a page before its scripts: replaces browser and background by the data of a scene. A request without data throws
 * instead of showing arbitrary content.
 */
export function standInBrowser({ state, messages }: StandIn): void {
  const event = { addListener() {}, removeListener() {} };
  const stored: Record<string, unknown> = {
    'settings.lost': state.lost,
    settings: state.settings,
    ...(state.guideClosed ? { guide: 'closed' } : {}),
  };
  const changed: ((changes: object) => void)[] = [];

  const inWords = <Told>(told: Told): Told => {
    const reason = told && typeof told === 'object' && 'reason' in told ? String(told.reason) : '';
    return reason.startsWith('@') ? { ...told, reason: messages[reason.slice(1)]?.message ?? '' } : told;
  };

  const answer = (request: { kind: string; on?: boolean }): unknown => {
    switch (request.kind) {
      case 'probe':
        return inWords(state.probe);
      case 'calls':
        return state.calls;
      case 'calls-of':
        return state.entries;
      case 'try':
        return state.tried;
      case 'keep-payloads':
        state.calls = { ...state.calls, keepsPayloads: request.on === true };
        return true;
      case 'captures':
        return state.captures;
      case 'scripts':
        return state.scripts;
      case 'script-source':
        return state.scriptText;
      case 'reconnect':
      case 'clear-calls':
        return true;
      default:
        throw new Error(`no scene answers ${request.kind}`);
    }
  };

  const browser = {
    i18n: {
      getMessage(key: string, substitutions: string[] = []) {
        const { message = '', placeholders = {} } = messages[key] ?? {};
        return message.replace(/\$(\w+)\$/g, (_match, name: string) => {
          const { content = '' } = placeholders[name.toLowerCase()] ?? {};
          return content.replace(/\$(\d)/g, (_digits, digit: string) => substitutions[Number(digit) - 1] ?? '');
        });
      },
    },
    runtime: {
      id: 'scene',
      getURL: (path: string) => `/${path}`,
      getManifest: () => ({ permissions: state.permissions }),
      sendMessage: async (request: { kind: string }) => answer(request),
      connect: ({ name }: { name: string }) => ({
        onMessage: {
          addListener(listener: (message: unknown) => void) {
            if (name.startsWith('finder ')) return queueMicrotask(() => listener({ view: inWords(state.finder) }));
            if (state.status) queueMicrotask(() => listener(inWords(state.status)));
            addEventListener('scene-status', (event) => listener((event as CustomEvent<unknown>).detail));
          },
        },
        onDisconnect: event,
        postMessage() {},
        disconnect() {},
      }),
      openOptionsPage: async () => {},
    },
    storage: {
      local: {
        get: async (keys: string | string[]) =>
          Object.fromEntries([keys].flat().map((key) => [key, structuredClone(stored[key])])),
        remove: async (key: string) => {
          delete stored[key];
          for (const listener of changed) listener({ [key]: {} });
        },
        set: async (items: Record<string, unknown>) => {
          Object.assign(stored, items);
          const changes = Object.fromEntries(Object.entries(items).map(([key, newValue]) => [key, { newValue }]));
          for (const listener of changed) listener(changes);
        },
        onChanged: { addListener: (listener: (typeof changed)[0]) => changed.push(listener), removeListener() {} },
      },
      managed: { get: async () => ({}), onChanged: event },
      session: { get: async () => ({}), set: async () => {}, remove: async () => {}, onChanged: event },
    },
    permissions: {
      contains: async () => state.granted,
      request: async () => true,
      remove: async () => true,
      onAdded: event,
      onRemoved: event,
    },
    scripting: { executeScript: async () => [{ result: state.frames }] },
    tabs: { query: async () => [{ id: 7 }], get: async () => ({ id: 7 }), create: async () => ({}), onUpdated: event },
  };
  // webextension-polyfill checks this before it uses `browser` unchanged.
  Object.assign(globalThis, { browser, chrome: { runtime: browser.runtime } });
}
