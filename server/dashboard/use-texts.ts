import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { LANGUAGES, type Language } from './language.ts';
import type { Texts } from './texts/texts.ts';

/** The language that the page speaks. */
export const LanguageContext = createContext<Language>('en');

export function useTexts(): Texts {
  return LANGUAGES[useContext(LanguageContext)].texts;
}

/** Numbers and times as the language writes them. */
export function useTag(): string {
  return LANGUAGES[useContext(LanguageContext)].tag;
}
