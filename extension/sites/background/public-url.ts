import { withoutUserinfo } from '../../../shared/without-userinfo.ts';

/** A page's URL as callers see it: without what may hold secrets, which are userinfo, query and fragment. */
export function publicUrl(url: string): string {
  return withoutUserinfo(url.split(/[?#]/, 1)[0] ?? '');
}
