/**
 * Tells scripts apart whose values are stored under one capture: by URL without query, unless the capture's
 * pattern has one. Scripts without a URL of their own (`eval`, `blob:`) are not told apart: they differ at
 * each load.
 */
export function scriptKey(url: string, pattern: string): string {
  if (!/^https?:/i.test(url)) return '';
  const own = pattern.includes('?') ? url.replace(/#.*/s, '') : url.replace(/[?#].*/s, '');
  let hash = 0x811c9dc5;
  for (let index = 0; index < own.length; index++) hash = Math.imul(hash ^ own.charCodeAt(index), 0x01000193);
  return (hash >>> 0).toString(36);
}
