import { applyVoucher, clerk, formatPrice, sealOrder } from './order-sign.js';

export async function orderBySigner(text) {
  const order = applyVoucher({ order: text, total: 1250 }, { value: 250 });
  return { ...order, sign: await clerk.sign(text), price: formatPrice(1250), same: await sealOrder(text) };
}
