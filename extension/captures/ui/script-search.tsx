import { useEffect, useRef, useState } from 'preact/hooks';
import type { ListedScript } from '../../platform/messages.ts';
import { Field } from '../../ui/field.tsx';
import { t } from '../../ui/t.ts';
import { ask, readScriptSource } from './ask.ts';
import { fileOf } from './describe-capture.ts';
import type { CaptureGuess } from './guess-capture.ts';
import { type ScriptMatch, type ScriptSearch, searchScripts, withUnread } from './search-scripts.ts';

interface Props {
  tabId: number;
  /** Called when a match is chosen, with the functions around it. */
  onChoose(guess: CaptureGuess): void;
  onCancel(): void;
}

/** With the scripts that could not be read. */
type OnChoose = (match: ScriptMatch, unread: readonly string[]) => void;

type State =
  | { status: 'idle' }
  | { status: 'searching' }
  | { status: 'done'; search: ScriptSearch }
  | { status: 'failed'; reason: string };

/** Finds a text in the scripts that a page has loaded, and starts a capture from there. */
export function ScriptSearchPanel({ tabId, onChoose, onCancel }: Props) {
  const [words, setWords] = useState('');
  const [state, setState] = useState<State>({ status: 'idle' });
  const texts = useRef(new Map<string, string>());
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);

  const search = async () => {
    if (words.trim() === '') return;
    running.current?.abort();
    running.current = new AbortController();
    const { signal } = running.current;
    setState({ status: 'searching' });
    const done = await ask('scripts', { tabId })
      .then((scripts) => {
        const read = (script: ListedScript) => readScriptSource(tabId, script);
        return searchScripts(scripts, words, { texts: texts.current, read, signal });
      })
      .then(
        (search): State => ({ status: 'done', search }),
        (error): State => ({ status: 'failed', reason: error instanceof Error ? error.message : String(error) }),
      );
    if (!signal.aborted) setState(done);
  };
  const choose = async ({ script, offset }: ScriptMatch, unread: readonly string[]) => {
    // The parser is large, and needed by few who open this page.
    const { guessCapture } = await import('./guess-capture.ts');
    onChoose(guessCapture(withUnread(texts.current, unread), script, offset));
  };

  return (
    <form
      class="entry-form"
      aria-label={t('captureSearch')}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void search();
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        onCancel();
      }}
    >
      <Field
        label={t('captureSearchText')}
        value={words}
        placeholder="encrypt"
        onInput={setWords}
        hint={t('captureSearchHint')}
        focus
      />
      <div class="form-actions">
        <button type="button" onClick={onCancel}>
          {t('cancel')}
        </button>
        <button type="submit" class="primary">
          {t('captureSearchSubmit')}
        </button>
      </div>
      <div role="status">
        <SearchState state={state} onChoose={(match, unread) => void choose(match, unread)} />
      </div>
    </form>
  );
}

function SearchState({ state, onChoose }: { state: State; onChoose: OnChoose }) {
  switch (state.status) {
    case 'idle':
      return null;
    case 'searching':
      return <p class="hint">{t('captureSearching')}</p>;
    case 'failed':
      return <p class="error">{state.reason}</p>;
    case 'done':
      return <Matches search={state.search} onChoose={onChoose} />;
  }
}

function Matches({ search: { matches, unread, isCut }, onChoose }: { search: ScriptSearch; onChoose: OnChoose }) {
  return (
    <>
      <p class="hint">
        {matches.length === 0
          ? t('captureSearchNothing')
          : t(isCut ? 'captureSearchMany' : 'captureSearchFound', { count: matches.length })}
        {unread.length > 0 && ` ${t('captureSearchUnread', { scripts: unread.map(fileOf).join(', ') })}`}
      </p>
      <ul class="capture-matches">
        {matches.map((match) => (
          <li key={`${match.script} ${match.offset}`}>
            <p class="capture-excerpt mono">
              <span class="muted">
                {fileOf(match.script)} {match.line}:{match.column}
              </span>{' '}
              {match.text}
            </p>
            <button
              type="button"
              aria-label={t('captureHereNamed', { place: `${fileOf(match.script)} ${match.line}:${match.column}` })}
              onClick={() => onChoose(match, unread)}
            >
              {t('captureHere')}
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
