import type { Language, Theme } from './scene.ts';

export interface Look {
  language: Language;
  theme: Theme;
}

/** The ways in which each scene is looked at. */
export const LOOKS: readonly Look[] = [
  { language: 'en', theme: 'light' },
  { language: 'en', theme: 'dark' },
  { language: 'zh_CN', theme: 'light' },
  { language: 'zh_CN', theme: 'dark' },
];
