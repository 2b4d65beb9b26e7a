import { en } from './texts/en.ts';
import type { Texts } from './texts/texts.ts';
import { zh } from './texts/zh.ts';

export type Language = 'en' | 'zh';

/** What each is called, for those who read it. */
export const LANGUAGES: Readonly<Record<Language, { tag: string; name: string; texts: Texts }>> = {
  en: { tag: 'en', name: 'English', texts: en },
  zh: { tag: 'zh-CN', name: '简体中文', texts: zh },
};

/** The first of the browser's languages that there is; what a person chose goes before. */
export function languageOf(chosen: string | null, preferred: readonly string[]): Language {
  if (chosen === 'en' || chosen === 'zh') return chosen;
  for (const tag of preferred) {
    const [language] = tag.toLowerCase().split('-');
    if (language === 'en' || language === 'zh') return language;
  }
  return 'en';
}
