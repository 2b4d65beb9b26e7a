import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { LANGUAGES, type Language } from './language.ts';
import type { Texts } from './texts/texts.ts';

export const LanguageContext = createContext<Language>('en');

export function useTexts(): Texts {
  return LANGUAGES[useContext(LanguageContext)].texts;
}

/** The BCP 47 tag for formatting numbers and times. */
export function useTag(): string {
  return LANGUAGES[useContext(LanguageContext)].tag;
}
