import { cipher } from './cipher.js';

class Vault {
  #key = 'private key';
  #sealed = 0;

  #encrypt(text) {
    this.#sealed += 1;
    return `private.${cipher(text, this.#key)}`;
  }

  order(text) {
    return { order: text, sign: this.#encrypt(text), sealed: this.#sealed };
  }
}

const vault = new Vault();

export function orderByPrivateMethod(text) {
  return vault.order(text);
}
