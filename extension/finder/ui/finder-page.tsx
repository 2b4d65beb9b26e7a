import { useEffect, useState } from 'preact/hooks';
import browser from 'webextension-polyfill';
import { Icon } from '../../ui/icon.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { t } from '../../ui/t.ts';
import { MAX_CANDIDATES } from '../search-limits.ts';
import type { FinderView } from '../search-messages.ts';
import { CandidateRow } from './candidate-row.tsx';
import { SeenCalls } from './seen-calls.tsx';
import { type FinderLink, useFinder } from './use-finder.ts';
import type { OpenFinder } from './use-finder-target.ts';

/*
 * What tests and screen readers find here, in English. <path> is a candidate's.
 *   button   "Back" · "Search" / "Search again" · "Stop" · "Open in a tab" (in the popup)
 *   textbox  "Filter by name or source"
 *   status   "Search": how far it is
 *   list     "Functions found", best first; per function: checkbox "Watch <path>" · button "Try <path>" · "Add <path>"
 *   try      as in the popup, named by the path
 *   form     "Add <path>": textbox "Name" · "Path" · button "Add" · "Cancel"
 *   button   "Watch for 10 seconds" · "Stop watching" · status "Watching" · list "Calls seen"
 */

interface Props {
  place: OpenFinder;
  isInTab: boolean;
  onClose(): void;
}

type Found = Extract<FinderView, { candidates: unknown }>;

/** Finds functions in a tab's page; shown in the popup or in a tab of its own. */
export function FinderPage({ place, isInTab, onClose }: Props) {
  const finder = useFinder(place.tabId);
  const { view, ask } = finder;
  useEffect(() => {
    document.body.classList.toggle('finder-wide', isInTab);
    return () => document.body.classList.remove('finder-wide');
  }, [isInTab]);
  const close = () => {
    ask({ kind: 'close' });
    onClose();
  };
  return (
    <div class="popup finder">
      <header>
        <IconButton icon="back" label={t('finderBack')} onClick={close} />
        <h1>{t('finderTitle')}</h1>
        {!isInTab && <IconButton icon="open" label={t('openInTab')} onClick={() => void openInTab(place)} />}
      </header>
      <main>
        <p class="finder-site mono" title={place.pattern}>
          {place.pattern}
        </p>
        {view?.state === 'idle' && <Start onStart={() => ask({ kind: 'search' })} />}
        {view?.state === 'unreachable' && <Unreachable reason={view.reason} onAgain={() => ask({ kind: 'search' })} />}
        {view && 'candidates' in view && <Search view={view} finder={finder} place={place} />}
      </main>
    </div>
  );
}

function Start({ onStart }: { onStart(): void }) {
  return (
    <section class="empty">
      <p>{t('finderIntro')}</p>
      <button type="button" class="primary wide" onClick={onStart}>
        {t('finderSearch')}
      </button>
      <p class="hint">{t('finderPromise')}</p>
    </section>
  );
}

function Unreachable({ reason, onAgain }: { reason: string; onAgain(): void }) {
  return (
    <section class="empty">
      <p role="alert">{t('tabUnavailable', { reason })}</p>
      <button type="button" onClick={onAgain}>
        {t('finderAgain')}
      </button>
    </section>
  );
}

function Search({ view, finder, place }: { view: Found; finder: FinderLink; place: OpenFinder }) {
  const { ask, tryCandidate } = finder;
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const choose = (id: string, isChosen: boolean) => {
    const next = new Set(chosen);
    if (isChosen) next.add(id);
    else next.delete(id);
    setChosen(next);
  };
  // A new search has new ids.
  useEffect(() => {
    if (view.state === 'searching') setChosen(new Set());
  }, [view.state]);
  return (
    <>
      <section class="finder-head">
        <Progress view={view} onStop={() => ask({ kind: 'stop' })} onAgain={() => ask({ kind: 'search' })} />
        <Filter text={view.filter} onChange={(text) => ask({ kind: 'filter', text })} />
      </section>
      <Watching view={view} chosen={chosen} ask={ask} />
      <section class="finder-list">
        {view.candidates.length === 0 && view.state !== 'searching' && <NothingFound filter={view.filter} />}
        {view.candidates.length > 0 && (
          <ol class="candidates" aria-label={t('finderFound')}>
            {view.candidates.map((candidate) => (
              <CandidateRow
                key={candidate.id}
                candidate={candidate}
                pattern={place.pattern}
                isChosen={chosen.has(candidate.id)}
                onChoose={(isChosen) => choose(candidate.id, isChosen)}
                onTry={(args) => tryCandidate(candidate.id, args)}
              />
            ))}
          </ol>
        )}
        {view.matching > view.candidates.length && (
          <p class="hint">{t('finderMore', { shown: view.candidates.length, all: view.matching })}</p>
        )}
      </section>
    </>
  );
}

function Progress({ view, onStop, onAgain }: { view: Found; onStop(): void; onAgain(): void }) {
  const { state, looked, functions, isLimited } = view;
  const isSearching = state === 'searching';
  const key = isSearching ? 'finderSearching' : state === 'stopped' ? 'finderStopped' : 'finderDone';
  return (
    <>
      <div class="finder-progress">
        <p role="status" aria-label={t('finderStatus')}>
          {t(key, { functions, things: looked })}
        </p>
        <button type="button" onClick={isSearching ? onStop : onAgain}>
          {t(isSearching ? 'finderStop' : 'finderAgain')}
        </button>
      </div>
      {isSearching && <progress aria-label={t('finderStatus')} />}
      {isLimited && <p class="hint">{t('finderLimited')}</p>}
    </>
  );
}

/** Typed text shows at once; the results follow. */
function Filter({ text, onChange }: { text: string; onChange(text: string): void }) {
  const [typed, setTyped] = useState(text);
  return (
    <input
      type="text"
      class="mono"
      value={typed}
      maxLength={200}
      placeholder={t('finderFilter')}
      aria-label={t('finderFilter')}
      autocomplete="off"
      spellcheck={false}
      onInput={({ currentTarget: { value } }) => {
        setTyped(value);
        onChange(value);
      }}
    />
  );
}

function NothingFound({ filter }: { filter: string }) {
  return <p class="muted">{filter ? t('finderNoMatch', { filter }) : t('finderNothing')}</p>;
}

function Watching({ view, chosen, ask }: { view: Found; chosen: ReadonlySet<string>; ask: FinderLink['ask'] }) {
  const { watching, calls } = view;
  if (chosen.size === 0 && !watching && calls.length === 0) return null;
  return (
    <section class="finder-watch">
      <div class="finder-progress">
        <p role="status" aria-label={t('finderWatchStatus')}>
          {watching
            ? t('finderWatching', { seconds: watching.secondsLeft })
            : t('finderChosen', { count: chosen.size })}
        </p>
        {watching ? (
          <button type="button" onClick={() => ask({ kind: 'unwatch' })}>
            {t('finderUnwatch')}
          </button>
        ) : (
          <button
            type="button"
            disabled={chosen.size === 0}
            // Including those hidden by the filter.
            onClick={() => ask({ kind: 'watch', ids: [...chosen].slice(0, MAX_CANDIDATES) })}
          >
            <Icon name="show" />
            {t('finderWatch')}
          </button>
        )}
      </div>
      {watching && <p class="hint">{t('finderWatchHint')}</p>}
      {watching && watching.refused.length > 0 && (
        <p class="hint">{t('finderRefused', { paths: watching.refused.join(', ') })}</p>
      )}
      {calls.length > 0 && <SeenCalls calls={calls} />}
    </section>
  );
}

async function openInTab({ tabId, pattern, page }: OpenFinder): Promise<void> {
  const search = new URLSearchParams({ tabId: String(tabId), url: page ?? pattern });
  await browser.tabs.create({ url: new URL(`?${search}`, location.href).href });
  window.close();
}
