import { charsetOf, isAscii } from '../../platform/script-charset.ts';
import type { Capture } from '../../sites/capture-schema.ts';
import { capturesInAscii } from '../plan/in-ascii.ts';
import { inlineScripts } from '../plan/inline-scripts.ts';
import { planDocument } from '../plan/plan-document.ts';
import { readScript } from '../plan/script-text.ts';
import { toBase64 } from './base64.ts';
import type { CaptureHooks } from './capture-hooks.ts';
import type { CaptureOutcomes, RewriteOutcome } from './capture-outcomes.ts';
import { documentCharset } from './document-charset.ts';
import { integrityLinks } from './integrity-links.ts';
import type { KnownScripts } from './known-scripts.ts';
import { headersOf, type ResponseHeader } from './response-headers.ts';
import type { InterceptedResponse, ResponseRewriter, ScriptRewriter } from './script-rewriter.ts';

type Bytes = Uint8Array<ArrayBuffer>;

export interface DocumentRewriterDeps {
  scripts: ScriptRewriter;
  hooks: CaptureHooks;
  outcomes: CaptureOutcomes;
  known: KnownScripts;
}

/** Rewrites documents, and reads from their headers how their scripts are checked. */
export interface DocumentResponseRewriter extends ResponseRewriter {
  /** Called with the headers of every document, even if no capture matches it. */
  onHeaders(url: string, headers: readonly ResponseHeader[]): void;
}

/** Rewrites inline scripts of documents. A capture matches these by the document's URL. */
export class DocumentRewriter implements DocumentResponseRewriter {
  readonly #deps: DocumentRewriterDeps;

  constructor(deps: DocumentRewriterDeps) {
    this.#deps = deps;
  }

  // A document is its own page, so the rule for scripts applies.
  isOfInterest(intercepted: InterceptedResponse): boolean {
    return this.#deps.scripts.isOfInterest(intercepted);
  }

  onHeaders(url: string, headers: readonly ResponseHeader[]): void {
    if (this.#deps.scripts.capturesOf(url).length > 0) this.#deps.known.addChecked(integrityLinks(url, headers));
  }

  onTooLarge(intercepted: InterceptedResponse): void {
    this.#deps.scripts.onTooLarge(intercepted);
  }

  mayStayInMemory(): boolean {
    return false;
  }

  async rewrite(
    intercepted: InterceptedResponse,
    bytes: Bytes,
    headers: readonly ResponseHeader[],
  ): Promise<Bytes | undefined> {
    const captures = this.#deps.scripts.capturesOf(intercepted.url, intercepted.url);
    const type = headersOf(headers, 'content-type').join();
    if (captures.length === 0) return undefined;
    // XML has other parsing and escaping rules: XML documents are not rewritten.
    if (isXml(type)) this.#noteAll(intercepted, captures, { kind: 'xml' });
    return /^\s*text\/html/i.test(type) ? await this.#rewriteHtml(intercepted, bytes, headers, captures) : undefined;
  }

  async #rewriteHtml(
    intercepted: InterceptedResponse,
    bytes: Bytes,
    headers: readonly ResponseHeader[],
    captures: readonly Capture[],
  ): Promise<Bytes | undefined> {
    const { hooks } = this.#deps;
    const declared = documentCharset(bytes, headers);
    const charset = declared ?? (await this.#charsetOf(intercepted.url, bytes));
    if (charset === undefined) {
      this.#noteAll(intercepted, captures, { kind: 'charset' });
      return undefined;
    }
    const document = readScript(bytes, charset);
    const wanted = document.takesAnyText ? captures : capturesInAscii(captures);
    const scripts = inlineScripts(document.text);
    const policies = [...headersOf(headers, 'content-security-policy'), document.text].join('\n');
    const sealed = await Promise.all(scripts.map(({ text }) => isAllowedByHash(text, policies)));
    const [open, closed] = [scripts.filter((_, index) => !sealed[index]), scripts.filter((_, index) => sealed[index])];
    const target = { hook: await hooks.of(new URL(intercepted.url).origin), url: intercepted.url };
    const { insertions, placements } = planDocument(document.text, open, wanted, target);
    const changed = insertions.length > 0 ? document.insert(insertions, '') : undefined;
    // The insertion may have moved the charset declaration out of the first 1024 bytes, where browsers look
    // for it.
    const isReadAlike = changed !== undefined && documentCharset(changed, headers) === declared;
    const elsewhere = planDocument(document.text, closed, wanted, target).placements;
    for (const capture of captures) {
      const placement = placements[capture.name];
      const isRefused = placement?.kind !== 'placed' && elsewhere[capture.name]?.kind === 'placed';
      if (isRefused) this.#noteAll(intercepted, [capture], { kind: 'policy' });
      else if (placement?.kind === 'placed' && !isReadAlike) this.#noteAll(intercepted, [capture], { kind: 'charset' });
      else if (placement) this.#noteAll(intercepted, [capture], placement);
    }
    return isReadAlike ? changed : undefined;
  }

  /** For a document that declares no charset: the charset with which the browser read it last. */
  async #charsetOf(url: string, bytes: Bytes): Promise<string | undefined> {
    if (isAscii(bytes)) return 'utf-8';
    await this.#deps.known.loaded();
    return charsetOf(this.#deps.known.charsetOf(url));
  }

  #noteAll({ tabId, url }: InterceptedResponse, captures: readonly Capture[], outcome: RewriteOutcome): void {
    for (const capture of captures) this.#deps.outcomes.record(tabId, capture, { ...outcome, script: url });
  }
}

function isXml(type: string): boolean {
  return /^\s*[^;,\s]+(\/|\+)xml\s*([;,]|$)/i.test(type);
}

/** Whether a policy allows the script by its hash; a changed script would not match. */
async function isAllowedByHash(text: string, policies: string): Promise<boolean> {
  if (!/'sha(256|384|512)-/.test(policies)) return false;
  // HTML parsing normalizes line ends before the script is hashed.
  const bytes = new TextEncoder().encode(text.replace(/\r\n?/g, '\n'));
  const hashes = await Promise.all(['SHA-256', 'SHA-384', 'SHA-512'].map((name) => crypto.subtle.digest(name, bytes)));
  return hashes.some((hash) => policies.includes(toBase64(new Uint8Array(hash))));
}
