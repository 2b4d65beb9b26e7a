/**
 * The WebSocket subprotocols. Browsers can't set an Authorization header, so the token is sent as a
 * subprotocol, which the relay reads and never selects.
 */
export function subprotocols(token: string): string[] {
  return token ? ['pagewire', `bearer.${toBase64Url(token)}`] : ['pagewire'];
}

function toBase64Url(text: string): string {
  const binary = Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('');
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
