// The sample shop signs its orders with an HMAC in the browser. Only this script knows the key.
{
  const secret = new TextEncoder().encode('a key that never leaves the page');
  const key = crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);

  window.shop = {
    crypto: {
      prefix: 'v1.',

      /** @param {string} text */
      async encrypt(text) {
        const signature = await crypto.subtle.sign('HMAC', await key, new TextEncoder().encode(text));
        const hex = Array.from(new Uint8Array(signature), (byte) => byte.toString(16).padStart(2, '0')).join('');
        return this.prefix + hex;
      },
    },
  };
}
