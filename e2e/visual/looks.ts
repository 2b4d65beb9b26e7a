import type { Language, Theme } from './scene.ts';

export interface Look {
  language: Language;
  theme: Theme;
}

/** The languages and themes of each scene. */
export const LOOKS: readonly Look[] = [
  { language: 'en', theme: 'light' },
  { language: 'en', theme: 'dark' },
  { language: 'zh_CN', theme: 'light' },
  { language: 'zh_CN', theme: 'dark' },
];
