import { en } from './texts/en.ts';
import type { Texts } from './texts/texts.ts';
import { zh } from './texts/zh.ts';

export type Language = 'en' | 'zh';

/** Languages under their own names. */
export const LANGUAGES: Readonly<Record<Language, { tag: string; name: string; texts: Texts }>> = {
  en: { tag: 'en', name: 'English', texts: en },
  zh: { tag: 'zh-CN', name: '简体中文', texts: zh },
};

/** The chosen language, else the first supported one of the browser's languages. */
export function languageOf(chosen: string | null, preferred: readonly string[]): Language {
  if (chosen === 'en' || chosen === 'zh') return chosen;
  for (const tag of preferred) {
    const [language] = tag.toLowerCase().split('-');
    if (language === 'en' || language === 'zh') return language;
  }
  return 'en';
}
