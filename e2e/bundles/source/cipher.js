const DELTA = 0x9e3779b9;

/** XTEA in counter mode, in hexadecimal: what a site might well write itself. Every place of the fixture uses it, each with a key of its own. */
export function cipher(text, key) {
  const bytes = new TextEncoder().encode(text);
  const words = keyWords(key);
  let hex = '';
  for (let at = 0; at < bytes.length; at++) {
    const [left] = scramble(at, bytes.length, words);
    hex += (bytes[at] ^ (left & 255)).toString(16).padStart(2, '0');
  }
  return hex;
}

function keyWords(key) {
  const words = [0, 0, 0, 0];
  for (let at = 0; at < key.length; at++) words[at & 3] = ((words[at & 3] << 5) ^ key.charCodeAt(at)) >>> 0;
  return words;
}

function scramble(left, right, words) {
  let sum = 0;
  for (let round = 0; round < 32; round++) {
    left = (left + ((((right << 4) ^ (right >>> 5)) + right) ^ (sum + words[sum & 3]))) >>> 0;
    sum = (sum + DELTA) >>> 0;
    right = (right + ((((left << 4) ^ (left >>> 5)) + left) ^ (sum + words[(sum >>> 11) & 3]))) >>> 0;
  }
  return [left, right];
}
