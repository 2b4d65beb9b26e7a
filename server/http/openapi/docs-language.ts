/** The languages of the API description: English, and 简体中文. */
export const DOCS_LANGUAGES = ['en', 'zh-CN'] as const;
export type DocsLanguage = (typeof DOCS_LANGUAGES)[number];

/** Picks the text of one language. Both stand side by side where they are used, so that neither is forgotten. */
export type Say = (english: string, chinese: string) => string;

export function sayIn(language: DocsLanguage): Say {
  return language === 'en' ? (english) => english : (_english, chinese) => chinese;
}
