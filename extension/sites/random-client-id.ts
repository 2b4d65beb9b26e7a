// Crockford's base32: no letters that look like digits.
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** A unique clientId that can be read aloud. */
export function randomClientId(): string {
  return `web-${randomLetters()}`;
}

/** Eight letters and digits: 40 random bits. */
export function randomLetters(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  return Array.from(bytes, (byte) => ALPHABET.charAt(byte & 31)).join('');
}
