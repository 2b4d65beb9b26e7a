import { useEffect, useState } from 'preact/hooks';
import browser from 'webextension-polyfill';
import { ConnectionForm } from '../calls/ui/connection-form.tsx';
import { ConnectionStatus, ConnectionSwitch } from '../calls/ui/connection-status.tsx';
import { renderPage } from '../calls/ui/render-page.tsx';
import { FinderPage } from '../finder/ui/finder-page.tsx';
import { useFinderTarget } from '../finder/ui/use-finder-target.ts';
import { useGuide } from '../guide/use-guide.ts';
import { Icon } from '../ui/icon.tsx';
import { t } from '../ui/t.ts';
import { useFocusBack } from '../ui/use-focus-back.ts';
import { PageSection } from './page-section.tsx';
import { findTargetPage, formatSearch, type TargetPage } from './target-page.ts';

/*
 * What tests and screen readers find here, in English. <site> is a pattern such as http://127.0.0.1:8080.
 * Text fields of the connection save on Enter or on leaving the field; Escape takes back what was typed.
 *   switch   "Connect to the relay"
 *   status   "Relay connection" (Connected · Connecting… · Not connected · Refused by the relay · Taken over · Off) · "Notice"
 *   textbox  "Relay URL" · "Client ID" · "Token" (a password field until "Show token")
 *   button   "Reconnect" · "Copy client ID" · "New random client ID" · "Show token" / "Hide token"
 *   button   "Enable on this site" · "Disable on <site>" · "Grant access to <site>"
 *   list     "Functions of <site>"; each item holds name, path, and Found · Not found · Checking…
 *   per function: radio "Default: <name>" · button "Try <name>" · "Edit <name>" · "Remove <name>"; then "Undo" in the notice
 *   form     "Add function to <site>": textbox "Name" · "Path" · button "Add". It is open where a site has no function yet;
 *            else the button "Add function" opens it, and "Cancel" closes it.
 *   form     "Edit <name>": the same fields · button "Save" · "Cancel"
 *   try      textbox "Argument" ("Arguments (JSON array)" when ticked) · checkbox "JSON arguments" · button "Run <name>" ·
 *            status "Answer of <name>" · button "Copy answer"
 *   form     "Which site?": textbox "Site address" · button "Show this site"
 *   per function: button "Calls of <name>"; then checkbox "Show arguments and answers too" · button "Clear calls of <name>" ·
 *            table with Time, Caller, Duration, Outcome; where there are none yet: button "Copy command"
 *   region   "Set up in three steps": button "Close guide" · "Copy command"
 *   button   "Find a function" (while the site is enabled): opens what finder/finder-page.tsx lists
 *   button   "Open in a tab" · "Options" · "Guide" (while the guide is closed)
 */

function Popup() {
  const [page, setPage] = useState<TargetPage>();
  useEffect(() => {
    findTargetPage(location.search).then(setPage, () => setPage({}));
  }, []);
  const finder = useFinderTarget(page);
  const guide = useGuide();
  const guideButton = useFocusBack<HTMLButtonElement>(guide.isShown);
  const isInTab = location.search !== '';
  if (finder.place) return <FinderPage place={finder.place} isInTab={isInTab} onClose={finder.close} />;
  return (
    <div class="popup">
      <header>
        <img src="/icons/48.png" alt="" width="22" height="22" />
        <h1>{t('appName')}</h1>
        <ConnectionSwitch />
      </header>
      <main>
        <ConnectionStatus />
        {page && <PageSection page={page} guide={guide} onFind={(pattern) => void finder.open(pattern)} />}
        <section class="connection" aria-label={t('connectionHeading')}>
          <ConnectionForm />
        </section>
      </main>
      <footer>
        <button type="button" class="quiet" onClick={() => void openOptions()}>
          <Icon name="options" />
          {t('openOptions')}
        </button>
        {!guide.isShown && (
          <button type="button" class="quiet" ref={guideButton} onClick={guide.show}>
            <Icon name="help" />
            {t('guideOpen')}
          </button>
        )}
        {page && !isInTab && (
          <button type="button" class="quiet" onClick={() => void openInTab(page)}>
            <Icon name="open" />
            {t('openInTab')}
          </button>
        )}
      </footer>
    </div>
  );
}

async function openOptions(): Promise<void> {
  await browser.runtime.openOptionsPage();
  closeUnlessTab();
}

async function openInTab(page: TargetPage): Promise<void> {
  await browser.tabs.create({ url: new URL(formatSearch(page), location.href).href });
  closeUnlessTab();
}

function closeUnlessTab(): void {
  if (location.search === '') window.close();
}

renderPage(['appName'], <Popup />);
