// The same functions in the site's next version, with more around them: bundlers give other ids and names.

export function applyVoucher(order, voucher) {
  return { ...order, voucher, total: Math.max(0, order.total - voucher.value) };
}

export function isEmpty(basket) {
  return basket.length === 0;
}

export function describeOrder(order, locale) {
  const day = new Date(order.at).toLocaleDateString(locale);
  return `${order.lines.length} / ${day}`;
}

class OrderSigner {
  constructor(start) {
    this.prefix = start;
    this.signed = 0;
  }

  sign(what) {
    this.signed += 1;
    return `${this.prefix}${sealOrder(what)}`;
  }
}

const WORDS = [0x6f726465, 0x72207369, 0x676e206b, 0x65792121];

export const clerk = new OrderSigner('signer.');

export function formatPrice(amount) {
  return `${(amount / 100).toFixed(2)} €`;
}

export function sealOrder(what) {
  if (typeof what !== 'string') throw new TypeError('an order is a text');
  let out = '';
  for (let index = 0; index < what.length; index++) {
    let a = index;
    let b = what.length;
    let delta = 0;
    for (let turn = 0; turn < 32; turn++) {
      a = (a + ((((b << 4) ^ (b >>> 5)) + b) ^ (delta + WORDS[delta & 3]))) >>> 0;
      delta = (delta + 0x9e3779b9) >>> 0;
      b = (b + ((((a << 4) ^ (a >>> 5)) + a) ^ (delta + WORDS[(delta >>> 11) & 3]))) >>> 0;
    }
    out += (what.charCodeAt(index) ^ (a & 255)).toString(16).padStart(2, '0');
  }
  return `exported.${out}`;
}
