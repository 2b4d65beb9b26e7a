import { withoutUserinfo } from '../../../shared/without-userinfo.ts';

/** A page's URL for callers: without userinfo, query and fragment, which may contain secrets. */
export function publicUrl(url: string): string {
  return withoutUserinfo(url.split(/[?#]/, 1)[0] ?? '');
}
