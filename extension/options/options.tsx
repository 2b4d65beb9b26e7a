import { ConnectionForm } from '../calls/ui/connection-form.tsx';
import { ConnectionStatus, ConnectionSwitch } from '../calls/ui/connection-status.tsx';
import { renderPage } from '../calls/ui/render-page.tsx';
import { t } from '../ui/t.ts';
import { SitesSection } from './sites-section.tsx';
import { TransferSection } from './transfer-section.tsx';

/*
 * What tests and screen readers find here, in English, besides what popup.tsx lists for connection and functions:
 *   button   "Add site" → form "Add site": textbox "Site address" · button "Add" · "Cancel"
 *   region   "<site>": button "Enable on <site>" / "Disable on <site>" · "Grant access to <site>" · "Edit <site>" · "Remove <site>"
 *   button   "Export settings" · file input "Import settings" · then button "Apply import" · "Cancel", or an alert
 */

function Options() {
  return (
    <div class="options">
      <header>
        <img src="/icons/48.png" alt="" width="32" height="32" />
        <h1>{t('optionsTitle')}</h1>
        <ConnectionSwitch />
      </header>
      <main>
        <section class="card" aria-labelledby="connection-heading">
          <h2 id="connection-heading">{t('connectionHeading')}</h2>
          <ConnectionStatus />
          <ConnectionForm hints />
        </section>
        <SitesSection />
        <TransferSection />
      </main>
    </div>
  );
}

renderPage(['optionsTitle'], <Options />);
