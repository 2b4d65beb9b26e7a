/**
 * Sent with every HTTP response: it is data, of its declared type, for this origin only. Routes that serve a page
 * set their own Content-Security-Policy.
 */
export const SECURITY_HEADERS = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;
