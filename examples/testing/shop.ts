import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';

/** The shop's encryption (AES-256-GCM) and signature (HMAC-SHA256), shared by page and server. */
const KEY = Buffer.from('a key that both the page and its server have'.slice(0, 32));
const IV_BYTES = 12;
const TAG_BYTES = 16;

export function encrypt(text: string): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', KEY, iv);
  const encrypted = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([iv, encrypted, cipher.getAuthTag()]).toString('base64');
}

/** @throws Error for text that `encrypt` did not make */
export function decrypt(base64: string): string {
  const bytes = Buffer.from(base64, 'base64');
  const decipher = createDecipheriv('aes-256-gcm', KEY, bytes.subarray(0, IV_BYTES));
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]).toString('utf8');
}

export function sign(...texts: string[]): string {
  return createHmac('sha256', KEY).update(texts.join('\n')).digest('hex');
}
