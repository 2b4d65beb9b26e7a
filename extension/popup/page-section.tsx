import { useState } from 'preact/hooks';
import type { Settings, SiteSettings } from '../settings-schema.ts';
import { formatSitePattern, parseSitePattern, siteMatches, siteOfUrl } from '../site-pattern.ts';
import type { Complaint } from '../ui/complaint.ts';
import { Field } from '../ui/field.tsx';
import { t } from '../ui/t.ts';
import { useWorkspace } from '../ui/workspace.tsx';
import { SitePanel } from './site-panel.tsx';
import type { TargetPage } from './target-page.ts';

/** What the popup offers for the page that it was opened on. */
export function PageSection({ page: { tabId, url } }: { page: TargetPage }) {
  const { settings } = useWorkspace();
  const [entered, setEntered] = useState<string>();
  const address = url ?? entered;
  if (address === undefined) return <AddressForm onEnter={setEntered} />;
  const sites = sitesOfPage(settings, address);
  if (sites.length === 0) return <Unservable />;
  return (
    <>
      {sites.map((site) => (
        <SitePanel key={site.pattern} site={site} tabId={tabId} />
      ))}
    </>
  );
}

/** The listed sites that a page belongs to; else its own origin, as one that could be enabled. None for pages out of reach. */
function sitesOfPage(settings: Settings, url: string): SiteSettings[] {
  const own = siteOfUrl(url);
  if (!own) return [];
  const listed = settings.sites.filter((site) => siteMatches(parseSitePattern(site.pattern), url));
  return listed.length > 0 ? listed : [{ pattern: formatSitePattern(own), enabled: false, functions: [] }];
}

function Unservable() {
  return (
    <section class="empty">
      <h2>{t('pageUnservable')}</h2>
      <p class="muted">{t('pageUnservableDetail')}</p>
    </section>
  );
}

function AddressForm({ onEnter }: { onEnter(url: string): void }) {
  const [text, setText] = useState('');
  const [complaint, setComplaint] = useState<Complaint>();
  return (
    <form
      class="empty"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (siteOfUrl(text.trim())) onEnter(text.trim());
        else setComplaint({ field: 'pattern', text: ['patternInvalid'] });
      }}
    >
      <h2>{t('pageUnknown')}</h2>
      <p class="muted">{t('pageUnknownDetail')}</p>
      <Field
        label={t('siteAddress')}
        value={text}
        placeholder="https://shop.example"
        complaint={complaint}
        onInput={(next) => {
          setText(next);
          setComplaint(undefined);
        }}
      />
      <div class="form-actions">
        <button type="submit" class="primary">
          {t('siteShow')}
        </button>
      </div>
    </form>
  );
}
