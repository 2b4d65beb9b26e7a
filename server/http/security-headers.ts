/**
 * What every HTTP answer says to browsers: it is data, of the type that it says, for this origin alone. A route that answers
 * with a page sets a Content-Security-Policy of its own.
 */
export const SECURITY_HEADERS = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;
