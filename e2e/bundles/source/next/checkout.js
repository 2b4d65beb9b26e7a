import { describeOrder, formatPrice, isEmpty, sealOrder } from './order-sign.js';

export async function orderByExport(text) {
  const note = describeOrder({ at: 0, lines: [text] }, 'en');
  return { order: text, sign: await sealOrder(text), empty: isEmpty(text), price: formatPrice(1250), note };
}
