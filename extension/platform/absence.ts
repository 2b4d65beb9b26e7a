import type { ErrorCode } from '../../shared/errors.ts';

/** Why a site, or one of its tabs, can't serve calls. */
export type Absence = 'not-enabled' | 'no-permission' | 'no-tab' | 'discarded' | 'frozen' | 'loading' | 'no-bridge';

/** Error messages for callers, in English. */
export const ABSENCE_MESSAGES: Record<Absence, string> = {
  'not-enabled': 'The site is not enabled',
  'no-permission': 'The browser has not granted access to the site: open the extension there and enable it again',
  'no-tab': 'No open tab matches',
  discarded: 'The browser has discarded the tab: open it once',
  frozen: 'The browser has frozen the tab: open it once',
  loading: 'The page is still loading',
  'no-bridge': "The page can't be reached: reload it",
};

/** Texts for people: keys of _locales. */
export const ABSENCE_TEXTS: Record<Absence, string> = {
  'not-enabled': 'absentNotEnabled',
  'no-permission': 'absentNoPermission',
  'no-tab': 'absentNoTab',
  discarded: 'absentDiscarded',
  frozen: 'absentFrozen',
  loading: 'absentLoading',
  'no-bridge': 'absentNoBridge',
};

/** Why a page did not answer; a key of _locales. */
export function failureText(code: ErrorCode): string {
  switch (code) {
    case 'tab_closed':
      return ABSENCE_TEXTS['no-tab'];
    case 'page_unloaded':
      return ABSENCE_TEXTS.loading;
    default:
      return 'absentBusy';
  }
}
