import { useState } from 'preact/hooks';
import { Guide } from '../guide/guide.tsx';
import type { GuidePage } from '../guide/guide-steps.ts';
import type { GuideState } from '../guide/use-guide.ts';
import type { Settings, SiteSettings } from '../settings-schema.ts';
import { formatSitePattern, parseSitePattern, siteMatches, siteOfUrl } from '../site-pattern.ts';
import type { Complaint } from '../ui/complaint.ts';
import { Field } from '../ui/field.tsx';
import { permissionOf } from '../ui/settings-edits.ts';
import { t } from '../ui/t.ts';
import { useAccess } from '../ui/use-access.ts';
import { useProbe } from '../ui/use-probe.ts';
import { useWorkspace } from '../ui/workspace.tsx';
import { SitePanel } from './site-panel.tsx';
import type { TargetPage } from './target-page.ts';

interface Props {
  page: TargetPage;
  guide: GuideState;
  /** Opens the finder for a site. */
  onFind(pattern: string): void;
}

/** What the popup offers for the page that it was opened on, and the guide to it. */
export function PageSection({ page: { tabId, url }, guide, onFind }: Props) {
  const { settings } = useWorkspace();
  const [entered, setEntered] = useState<string>();
  const address = url ?? entered;
  const sites = address === undefined ? [] : sitesOfPage(settings, address);
  const [site] = sites;
  const report = useProbe(sites.some(({ enabled }) => enabled) ? tabId : undefined, settings);
  const granted = useAccess(site?.enabled ? permissionOf(site.pattern) : undefined);
  const guidePage: GuidePage = site
    ? { kind: 'site', site, granted, report }
    : { kind: address === undefined ? 'unknown' : 'unservable' };
  return (
    <>
      {guide.isShown && <Guide page={guidePage} onClose={guide.hide} onDone={guide.finish} />}
      {address === undefined && <AddressForm onEnter={setEntered} />}
      {address !== undefined && !site && <Unservable />}
      {sites.map((listed) => (
        <SitePanel
          key={listed.pattern}
          site={listed}
          tabId={tabId}
          report={listed.enabled ? report : undefined}
          onFind={() => onFind(listed.pattern)}
        />
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
