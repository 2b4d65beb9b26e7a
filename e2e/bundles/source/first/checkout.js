import { encrypt, formatPrice, isEmpty } from './order-sign.js';

export async function orderByExport(text) {
  return { order: text, sign: await encrypt(text), empty: isEmpty(text), price: formatPrice(1250) };
}
