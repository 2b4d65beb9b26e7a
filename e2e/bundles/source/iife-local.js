import { cipher } from './cipher.js';

/** The local of a function that has run and is gone. */
export const orderByIife = (() => {
  const salt = ['i', 'i', 'f', 'e', ' key'].join('');
  const encryptLocally = (text) => `iife.${cipher(text, salt)}`;
  return (text) => ({ order: text, sign: encryptLocally(text) });
})();
