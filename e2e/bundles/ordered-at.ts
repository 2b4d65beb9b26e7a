import { encrypt, signer } from './source/first/order-sign.js';
import { orderByIife } from './source/iife-local.js';
import { orderByClosure } from './source/in-closure.js';
import { orderByVm } from './source/in-vm.js';
import { orderByPrivateMethod } from './source/private-method.js';

export type Place = (typeof PLACES)[number];
/** Places of encrypt functions in the sample page. Each is also the id of the button that calls it. */
export const PLACES = ['closure', 'private-method', 'iife', 'vm', 'exported', 'signer'] as const;

const ENCRYPT: Record<Place, (text: string) => string> = {
  closure: (text) => orderByClosure(text).sign,
  'private-method': (text) => orderByPrivateMethod(text).sign,
  iife: (text) => orderByIife(text).sign,
  vm: (text) => orderByVm(text).sign,
  exported: encrypt,
  signer: (text) => signer.sign(text),
};

/** The result of the encrypt function at a place, by the page's source. Equal in all versions but `gone`. */
export function orderedAt(place: Place, text: string): string {
  return ENCRYPT[place](text);
}
