/** A page's URL as callers see it: query and fragment may hold secrets, and are left out. */
export function publicUrl(url: string): string {
  return url.split(/[?#]/, 1)[0] ?? '';
}
