/** The page's own modules, which have no types, as tests call them. */

interface Order {
  sign: string;
}

declare module '*/in-closure.js' {
  export function orderByClosure(text: string): Order;
}
declare module '*/private-method.js' {
  export function orderByPrivateMethod(text: string): Order;
}
declare module '*/iife-local.js' {
  export function orderByIife(text: string): Order;
}
declare module '*/in-vm.js' {
  export function orderByVm(text: string): Order;
}
declare module '*/first/order-sign.js' {
  export function encrypt(text: string): string;
  export const signer: { sign(text: string): string };
}
