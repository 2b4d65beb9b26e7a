import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const STRICT_CSP = "default-src 'none'; script-src 'self'";
/** The page whose scripts are not files. */
const LOOSE_CSP = "default-src 'none'; script-src 'self' blob: 'unsafe-inline' 'unsafe-eval'";

/** A minified bundle in one line. Nothing in it is reachable from outside, and it never calls the wanted functions. */
const VAULT =
  '!function(){"use strict";var e="k1";function t(t){return e+":"+t}class n{#o;constructor(t){this.#o=t}#r(t){return this.#o+"/"+t}go(t){return this.#r(t)}}' +
  'const i=new n("k2");globalThis.vault={stack:()=>new Error("here").stack,go:t=>i.go(t),loads:Date.now()};setTimeout(()=>t("own"),1e9)}();\n';

/** Captures in that bundle: a function in a closure, and a private method. */
export const VAULT_CAPTURES = [
  { name: 'seal', script: '/vault.min.js', at: { text: 'function t(t)' }, expression: 't' },
  { name: 'private', script: '/vault.min.js', at: { text: 'return this.#o+"/"+t' }, expression: 'this.#r' },
];

/** Reports of each script whether it ran, and its text as the page sees it. */
const PROBE = `globalThis.probe = {
  names: () => Object.getOwnPropertyNames(globalThis).filter((name) => !['probe', 'vault'].includes(name)).sort().join(),
  enumerable: () => { const names = []; for (const name in globalThis) names.push(name); return names.sort().join(); },
};`;

const BROKEN = 'globalThis.before = 1;\nfunction ( {';
/** A script with GBK bytes of 密钥 in a string, and a header that names the charset. */
const GBK = Buffer.concat([
  Buffer.from('(()=>{const key="'),
  Buffer.from([0xc3, 0xdc, 0xd4, 0xbf]),
  Buffer.from('";const seal=t=>key+t;globalThis.gbk=seal("")})()'),
]);
const MODULE = 'import"./plain.js";const key="m";const seal=t=>key+":"+t;export const other=1;';

/** Hides a function in a closure. The page calls it and shows its result as a global. */
const hiding = (key: string, shown: string) =>
  `(function(){"use strict";const key="${key}";function seal(text){return key+":"+text}globalThis.${shown}=text=>seal(text)})();`;
/** Scripts without a file: `eval`, `new Function` and a `blob:` URL. */
const MAKES_SCRIPTS = [
  `eval(${JSON.stringify(hiding('k3', 'evaluated'))});`,
  `new Function(${JSON.stringify(hiding('k4', 'made'))})();`,
  `const script=document.createElement("script");`,
  `script.src=URL.createObjectURL(new Blob([${JSON.stringify(hiding('k5', 'fromBlob'))}]));`,
  'document.head.append(script);',
].join('\n');

/** Returns the vaults of its page, each with its own mark. */
const WORKER = `addEventListener("activate", (event) => event.waitUntil(clients.claim()));
const answer = async (request) => {
  const response = await fetch(request);
  return new Response(await response.text() + ";globalThis.byWorker=true", { headers: { "Content-Type": "text/javascript" } });
};
addEventListener("fetch", (event) => { if (event.request.url.includes("vault")) event.respondWith(answer(event.request)) })`;

/** Freezes all that a page can freeze, before its other scripts, as hardened pages do. Records the errors that the page sees. */
const HARDEN = `(() => {
  const errors = [];
  addEventListener("error", (event) => errors.push(event.message));
  addEventListener("unhandledrejection", (event) => errors.push(String(event.reason)));
  globalThis.hardened = { errors: () => errors.join(), sign: (text) => "h:" + text };
  const { freeze, getPrototypeOf, getOwnPropertyNames } = Object;
  const harden = (thing) => { try { freeze(thing); } catch {} };
  for (const name of getOwnPropertyNames(globalThis)) {
    let value;
    try { value = globalThis[name]; } catch { continue; }
    if (typeof value !== "function") continue;
    harden(value.prototype);
    harden(value);
  }
  for (let proto = getPrototypeOf(globalThis); proto; proto = getPrototypeOf(proto)) harden(proto);
  for (const thing of [JSON, Math, Reflect, document, performance]) harden(thing);
})();`;

interface File {
  type: string;
  body: string | Buffer;
  policy?: string;
  /** Redirect target. */
  location?: string;
  /** Readable by any origin, without cookies. */
  isOpen?: true;
  /** Needs a login, which a visit of `/members` makes. */
  isForMembers?: true;
}

const script = (body: string | Buffer, charset = 'utf-8'): File => ({
  type: `text/javascript; charset=${charset}`,
  body,
});
const page = (scripts: string): File => ({
  type: 'text/html; charset=utf-8',
  body: `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Captures</title>${scripts}</head><body></body></html>`,
});
const movedTo = (location: string): File => ({ type: 'text/plain', body: '', location });
const ANY_ORIGIN = "default-src 'none'; script-src http:";
const hashOf = (text: string) => `sha256-${createHash('sha256').update(text).digest('base64')}`;
const SRI = hashOf(VAULT);
const probe = '<script src="/plain.js"></script>';

const FILES: Record<string, File> = {
  '/': page(`${probe}<script src="/vault.min.js"></script>`),
  '/other': page(probe),
  '/anew': page('<script src="/vault.min.js?anew"></script>'),
  '/never': page('<script src="/vault.min.js?never"></script>'),
  '/framing': { ...page('<iframe src="ORIGIN/"></iframe>'), policy: 'frame-src *' },
  '/sealed': page(`<script src="/vault.min.js?sealed" integrity="${SRI}"></script>${probe}`),
  '/unfiled': {
    ...page(
      `<script>globalThis.first=1</script><script>\n${hiding('k6', 'inline')}</script><script src="/makes.js"></script><script>globalThis.last=1</script>`,
    ),
    policy: LOOSE_CSP,
  },
  '/hashed': {
    ...page(`<script>${hiding('k7', 'hashed')}</script>`),
    policy: `script-src '${hashOf(hiding('k7', 'hashed'))}'`,
  },
  '/worked': page('<script src="/vault.min.js?worked"></script>'),
  '/broken': page(`${probe}<script src="/broken.js"></script>`),
  '/gbk': page(`${probe}<script src="/gbk.js"></script>`),
  '/module': page(`${probe}<script type="module" src="/module.js"></script>`),
  '/hardened': page('<script src="/harden.js"></script><script src="/vault.min.js?hardened"></script>'),
  '/harden.js': script(HARDEN),
  '/moved': page('<script src="/latest.js"></script>'),
  '/latest.js': movedTo('/stable.js'),
  '/stable.js': movedTo('/vault.min.js?moved'),
  '/moved-sealed': page(`<script src="/sealed.js" integrity="${SRI}"></script>`),
  '/sealed.js': movedTo('/vault.min.js?moved-sealed'),
  '/moved-away': { ...page('<script src="/away.js"></script>'), policy: ANY_ORIGIN },
  '/away.js': movedTo('ELSEWHERE/vault.min.js?away'),
  '/foreign': { ...page('<script src="ELSEWHERE/vault.min.js?foreign"></script>'), policy: ANY_ORIGIN },
  '/declared': page(`${probe}<script src="/declared.js"></script>`),
  '/declared.js': script('const safe={prefix:"k9",seal(t){return this.prefix+":"+t}};var sealed=safe.seal("x");'),
  '/members': {
    ...page(
      `<script src="ELSEWHERE/open.js"></script><script src="ELSEWHERE/anonymous.js" crossorigin></script>
      <script src="ELSEWHERE/closed.js"></script><script type="module" src="/member.js"></script>`,
    ),
    policy: ANY_ORIGIN,
  },
  '/open.js': { ...script('globalThis.open1 = "needle";'), isOpen: true },
  '/anonymous.js': { ...script('globalThis.anonymous = "needle";'), isOpen: true },
  '/closed.js': script('globalThis.closed1 = "needle";'),
  '/member.js': { ...script('export const member = "needle";'), isForMembers: true },
  '/vault.min.js': script(VAULT),
  '/plain.js': script(PROBE),
  '/makes.js': script(MAKES_SCRIPTS),
  '/worker.js': { ...script(WORKER), policy: "default-src 'self'" },
  '/broken.js': script(BROKEN),
  '/gbk.js': script(GBK, 'gbk'),
  '/module.js': script(MODULE),
};

/** Small pages whose scripts hide the values to capture, with a strict policy and the longest caching. */
export class CaptureSite {
  readonly origin: string;
  /** Number of requests per path. */
  readonly requests = new Map<string, number>();
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    // The address of a listening TCP server is an object.
    this.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async start(): Promise<CaptureSite> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const site = new CaptureSite(server);
    server.on('request', (request, response) => site.#serve(request, response));
    return site;
  }

  url(path = '/'): string {
    return this.origin + path;
  }

  /** The same page under another host name, another site for browsers. */
  urlElsewhere(path: string): string {
    return this.url(path).replace('127.0.0.1', 'localhost');
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #named(text: string): string {
    return text.replace('ORIGIN', this.origin).replaceAll('ELSEWHERE', this.urlElsewhere(''));
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const path = (request.url ?? '/').replace(/\?.*/, '');
    this.requests.set(path, (this.requests.get(path) ?? 0) + 1);
    const file = FILES[path];
    if (!file) {
      response.writeHead(404).end();
      return;
    }
    if (file.isForMembers && !request.headers.cookie?.includes('member=yes')) {
      response.writeHead(403).end();
      return;
    }
    if (path === '/members') response.setHeader('Set-Cookie', 'member=yes; SameSite=Lax');
    if (file.isOpen) response.setHeader('Access-Control-Allow-Origin', '*');
    response.setHeader('Content-Security-Policy', file.policy ?? STRICT_CSP);
    response.setHeader('Content-Type', file.type);
    if (!file.type.includes('html')) response.setHeader('Cache-Control', 'public, max-age=31536000, immutable');
    if (file.location !== undefined) response.writeHead(302, { Location: this.#named(file.location) });
    response.end(typeof file.body === 'string' ? this.#named(file.body) : file.body);
  }
}
