import { LANGUAGES, type Language } from './language.ts';
import type { Link } from './relay-feed.ts';
import { useTexts } from './use-texts.ts';

interface Props {
  link: Link | undefined;
  version: string | undefined;
  language: Language;
  onLanguage(language: Language): void;
  onSignOut: (() => void) | undefined;
}

export function Header({ link, version, language, onLanguage, onSignOut }: Props) {
  const t = useTexts();
  const other: Language = language === 'en' ? 'zh' : 'en';
  return (
    <header class="top">
      <h1>
        <img src="./icon.svg" width="22" height="22" alt="" /> {t.title}
      </h1>
      <p class="muted host">
        {location.host}
        {version && ` · ${version}`}
      </p>
      {link && <LinkMark link={link} />}
      <nav>
        <a href="./docs">{t.httpApi}</a>
        <button type="button" class="quiet" lang={LANGUAGES[other].tag} onClick={() => onLanguage(other)}>
          {LANGUAGES[other].name}
        </button>
        {onSignOut && (
          <button type="button" class="quiet" onClick={onSignOut}>
            {t.signOut}
          </button>
        )}
      </nav>
    </header>
  );
}

function LinkMark({ link: { status } }: { link: Link }) {
  const t = useTexts();
  const isLive = status === 'live';
  const isLost = status === 'lost';
  return (
    <span class={`mark ${isLive ? 'good' : isLost ? 'bad' : 'muted'}`} role="status">
      <span class={isLive ? 'dot' : 'dot hollow'} aria-hidden="true" />
      {isLive ? t.linkLive : isLost ? t.linkLost : t.linkConnecting}
    </span>
  );
}
