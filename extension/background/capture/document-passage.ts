import type { InlineScript } from '../../capture/inline-scripts.ts';
import { planDocument } from '../../capture/plan-document.ts';
import { toBase64 } from './base64.ts';
import type { CaptureBoard } from './capture-board.ts';
import type { CaptureHooks } from './capture-hooks.ts';
import { headersOf, type ResponseHeader } from './response-headers.ts';
import type { Passage, PassingScript, ScriptPassage } from './script-passage.ts';
import { readScript } from './script-text.ts';

type Bytes = Uint8Array<ArrayBuffer>;

export interface DocumentPassageDeps {
  passage: ScriptPassage;
  hooks: CaptureHooks;
  board: CaptureBoard;
  /** The parser is large, and no part of builds that change nothing. */
  inlineScripts(html: string): InlineScript[];
}

/** Documents on their way into a tab, for the scripts that stand in them. A capture means these by the URL of the document. */
export class DocumentPassage implements Passage {
  readonly #deps: DocumentPassageDeps;

  constructor(deps: DocumentPassageDeps) {
    this.#deps = deps;
  }

  // A document is its own page: what is said of scripts is right of it.
  isOfInterest(passing: PassingScript): boolean {
    return this.#deps.passage.isOfInterest(passing);
  }

  tooLarge(passing: PassingScript): void {
    this.#deps.passage.tooLarge(passing);
  }

  mayStay(): boolean {
    return false;
  }

  async rewrite(
    { tabId, url }: PassingScript,
    bytes: Bytes,
    headers: readonly ResponseHeader[],
  ): Promise<Bytes | undefined> {
    const { passage, hooks, board, inlineScripts } = this.#deps;
    const captures = passage.capturesOf(url, url);
    const isHtml = /html/i.test(headersOf(headers, 'content-type').join());
    if (captures.length === 0 || !isHtml) return undefined;
    // All that is put in is ASCII. What is no UTF-8 is read byte by byte, as most charsets are like ASCII where markup is.
    const document = readScript(bytes, '');
    const scripts = inlineScripts(document.text);
    const policies = [...headersOf(headers, 'content-security-policy'), document.text].join('\n');
    const sealed = await Promise.all(scripts.map(({ text }) => isAllowedByHash(text, policies)));
    const [open, closed] = [scripts.filter((_, index) => !sealed[index]), scripts.filter((_, index) => sealed[index])];
    const hook = await hooks.of(new URL(url).origin);
    const { insertions, placements } = planDocument(document.text, open, captures, hook);
    const elsewhere = planDocument(document.text, closed, captures, hook).placements;
    for (const capture of captures) {
      const placement = placements[capture.name];
      const isRefused = placement?.kind !== 'placed' && elsewhere[capture.name]?.kind === 'placed';
      if (isRefused) board.note(tabId, capture, { kind: 'policy', script: url });
      else if (placement) board.note(tabId, capture, { ...placement, script: url });
    }
    return insertions.length > 0 ? document.insert(insertions, '') : undefined;
  }
}

/** Whether a policy names the hash of a script, as it would no longer have if it were changed. */
async function isAllowedByHash(text: string, policies: string): Promise<boolean> {
  if (!/'sha(256|384|512)-/.test(policies)) return false;
  // As the browser reads it: line ends are one character.
  const bytes = new TextEncoder().encode(text.replace(/\r\n?/g, '\n'));
  const hashes = await Promise.all(['SHA-256', 'SHA-384', 'SHA-512'].map((name) => crypto.subtle.digest(name, bytes)));
  return hashes.some((hash) => policies.includes(toBase64(new Uint8Array(hash))));
}
