import { encrypt, formatPrice, signer } from './order-sign.js';

export async function orderBySigner(text) {
  return { order: text, sign: await signer.sign(text), price: formatPrice(1250), same: await encrypt(text) };
}
