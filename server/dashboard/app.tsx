import { useEffect, useState } from 'preact/hooks';
import { Header } from './header.tsx';
import { keptLanguage, keptToken } from './kept.ts';
import { LANGUAGES, type Language, languageOf } from './language.ts';
import { SignIn } from './panels/sign-in.tsx';
import { RelayPage } from './relay-page.tsx';
import { type Entry, useRelay } from './use-relay.ts';
import { LanguageContext } from './use-texts.ts';

/** Set by the relay when it served the page, so that the page need not try a request to find out. */
const NEEDS_TOKEN = document.querySelector('meta[name="pagewire-access"]')?.getAttribute('content') === 'token';

export function App() {
  const [language, setLanguage] = useLanguage();
  const [entry, setEntry] = useState(keptEntry);
  const [isEntered, setEntered] = useState(false);
  const isAsking = NEEDS_TOKEN && !entry;
  const { picture, api } = useRelay(entry, !isAsking);
  const { link } = picture;
  const refusal = link.status === 'refused' && entry ? link.error : undefined;
  useEffect(() => {
    // Store a token only once it was accepted.
    if (link.status === 'live' && entry) keptToken.write(entry.token);
    if (link.status === 'refused') keptToken.forget();
  }, [link.status, entry]);
  const signOut = () => {
    keptToken.forget();
    setEntry(undefined);
  };
  const signIn = (token: string) => {
    setEntered(true);
    setEntry({ token });
  };
  // The sign-in form stays visible while an entered token is checked.
  const isSignedOut = isAsking || link.status === 'refused' || (isEntered && link.status === 'connecting');
  return (
    <LanguageContext.Provider value={language}>
      <Header
        link={isSignedOut ? undefined : link}
        version={picture.stats?.version}
        language={language}
        onLanguage={setLanguage}
        onSignOut={entry && !isSignedOut ? signOut : undefined}
      />
      {isSignedOut ? <SignIn refusal={refusal} onToken={signIn} /> : <RelayPage picture={picture} api={api} />}
    </LanguageContext.Provider>
  );
}

function keptEntry(): Entry | undefined {
  const token = keptToken.read();
  return token === null ? undefined : { token };
}

function useLanguage(): [Language, (language: Language) => void] {
  const [language, setLanguage] = useState(() => languageOf(keptLanguage.read(), navigator.languages));
  useEffect(() => {
    document.documentElement.lang = LANGUAGES[language].tag;
    document.title = LANGUAGES[language].texts.title;
  }, [language]);
  const choose = (next: Language) => {
    keptLanguage.write(next);
    setLanguage(next);
  };
  return [language, choose];
}
