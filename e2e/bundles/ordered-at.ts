import { encrypt, signer } from './source/first/order-sign.js';
import { orderByIife } from './source/iife-local.js';
import { orderByClosure } from './source/in-closure.js';
import { orderByVm } from './source/in-vm.js';
import { orderByPrivateMethod } from './source/private-method.js';

export type Place = (typeof PLACES)[number];
/** Where in the sample page an encrypt function lives; each is also the id of the button by which the page calls it. */
export const PLACES = ['closure', 'private-method', 'iife', 'vm', 'exported', 'signer'] as const;

const ENCRYPT: Record<Place, (text: string) => string> = {
  closure: (text) => orderByClosure(text).sign,
  'private-method': (text) => orderByPrivateMethod(text).sign,
  iife: (text) => orderByIife(text).sign,
  vm: (text) => orderByVm(text).sign,
  exported: encrypt,
  signer: (text) => signer.sign(text),
};

/** What the encrypt function of a place makes of a text, from the page's own source; the same in each version but `gone`. */
export function orderedAt(place: Place, text: string): string {
  return ENCRYPT[place](text);
}
