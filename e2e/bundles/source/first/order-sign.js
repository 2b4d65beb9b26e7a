// Two chunks of the page share this module: bundlers keep it apart from theirs and give its exports names of their own.

const KEY = [0x6f726465, 0x72207369, 0x676e206b, 0x65792121];

export function encrypt(text) {
  if (typeof text !== 'string') throw new TypeError('an order is a text');
  let hex = '';
  for (let at = 0; at < text.length; at++) {
    let left = at;
    let right = text.length;
    let sum = 0;
    for (let round = 0; round < 32; round++) {
      left = (left + ((((right << 4) ^ (right >>> 5)) + right) ^ (sum + KEY[sum & 3]))) >>> 0;
      sum = (sum + 0x9e3779b9) >>> 0;
      right = (right + ((((left << 4) ^ (left >>> 5)) + left) ^ (sum + KEY[(sum >>> 11) & 3]))) >>> 0;
    }
    hex += (text.charCodeAt(at) ^ (left & 255)).toString(16).padStart(2, '0');
  }
  return `exported.${hex}`;
}

class Signer {
  constructor(prefix) {
    this.prefix = prefix;
    this.signed = 0;
  }

  sign(text) {
    this.signed += 1;
    return `${this.prefix}${encrypt(text)}`;
  }
}

/** Its method needs its object. */
export const signer = new Signer('signer.');

export function formatPrice(cents) {
  return `${(cents / 100).toFixed(2)} €`;
}

export function isEmpty(cart) {
  return cart.length === 0;
}
