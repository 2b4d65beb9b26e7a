import * as z from 'zod/mini';
import { type StorageArea, StoredItem } from '../../platform/stored-item.ts';

const Secret = z.string().check(z.minLength(32));
const LENGTH = 11;

/**
 * The global name under which rewritten scripts of an origin find the page script. It can't be guessed,
 * differs per origin and per installation, and survives a reload of the extension so that open pages keep
 * working.
 */
export class CaptureHooks {
  readonly #secret: StoredItem<string>;
  readonly #names = new Map<string, Promise<string>>();
  #key: Promise<CryptoKey> | undefined;

  constructor(storage: StorageArea) {
    this.#secret = new StoredItem(storage, 'captureSecret', Secret);
  }

  of(origin: string): Promise<string> {
    const known = this.#names.get(origin);
    if (known) return known;
    const name = this.#derive(origin);
    this.#names.set(origin, name);
    return name;
  }

  async #derive(origin: string): Promise<string> {
    this.#key ??= this.#openKey();
    const signature = await crypto.subtle.sign('HMAC', await this.#key, new TextEncoder().encode(origin));
    const letters = [...new Uint8Array(signature)].map((byte) => (byte % 36).toString(36)).join('');
    // An identifier starts with a letter; the rest looks like a minified name.
    return `${String.fromCharCode(97 + ((new Uint8Array(signature)[31] as number) % 26))}${letters.slice(0, LENGTH)}`;
  }

  async #openKey(): Promise<CryptoKey> {
    const secret = await this.#secret.getOrCreate(() => crypto.randomUUID() + crypto.randomUUID());
    const bytes = new TextEncoder().encode(secret);
    return await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  }
}
