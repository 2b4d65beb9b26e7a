// A version of the site that signs in another way: nothing of it is a function that was there before.

export async function encrypt(order) {
  const bytes = new TextEncoder().encode(JSON.stringify(order));
  const digest = await crypto.subtle.digest('SHA-256', bytes);
  return `digest.${Array.from(new Uint8Array(digest)).join('.')}`;
}

export const signer = {
  sign: async (order) => `signer.${await encrypt(order)}`,
};

export function formatPrice(cents) {
  return `${(cents / 100).toFixed(2)} €`;
}

export function isEmpty(cart) {
  return cart.length === 0;
}
