import { useProbe } from '../calls/ui/use-probe.ts';
import { Guide } from '../guide/guide.tsx';
import type { GuidePage } from '../guide/guide-steps.ts';
import type { GuideState } from '../guide/use-guide.ts';
import type { SiteSettings } from '../sites/settings-schema.ts';
import { siteOfUrl } from '../sites/site-pattern.ts';
import { permissionOf } from '../sites/ui/settings-edits.ts';
import { useAccess } from '../sites/ui/use-access.ts';
import { useManaged, useWorkspace } from '../sites/ui/workspace.tsx';
import { EntryForm } from '../ui/entry-form.tsx';
import { t } from '../ui/t.ts';
import { SitePanel } from './site-panel.tsx';
import { sitesOfPage } from './sites-of-page.ts';
import type { TargetPage } from './target-page.ts';
import { useEnteredAddress } from './use-entered-address.ts';
import { useFrames } from './use-frames.ts';

interface Props {
  page: TargetPage;
  guide: GuideState;
  /** Opens the finder for a site. */
  onFind(pattern: string): void;
}

/** The popup's sections for its page, and the guide. */
export function PageSection({ page: { tabId, url }, guide, onFind }: Props) {
  const { settings } = useWorkspace();
  const [entered, setEntered] = useEnteredAddress(tabId);
  const address = url ?? entered;
  const isManaged = useManaged('sites');
  const report = useProbe(settings.sites.some(({ enabled }) => enabled) ? tabId : undefined, settings);
  const frames = useFrames(tabId, settings);
  const { own, inFrames, couldBe } = sitesOfPage(settings, {
    url: address ?? '',
    frames,
    serving: report?.sites ?? [],
  });
  const [site] = own;
  const granted = useAccess(site?.enabled ? permissionOf(site.pattern) : undefined);
  const guidePage: GuidePage = site
    ? { kind: 'site', site, granted, report: site.enabled ? report : undefined }
    : { kind: address === undefined ? 'unknown' : 'unservable' };
  const next = [...own, ...inFrames].find(({ enabled, functions }) => enabled && functions.length === 0);
  const panel = (listed: SiteSettings, isInFrame = false) => (
    <SitePanel
      key={listed.pattern}
      site={listed}
      isInFrame={isInFrame}
      tabId={tabId}
      report={listed.enabled ? report : undefined}
      isNext={listed === next}
      onFind={() => onFind(listed.pattern)}
    />
  );
  return (
    <>
      {guide.isShown && <Guide page={guidePage} onClose={guide.hide} onDone={guide.finish} />}
      {address === undefined && <AddressForm onEnter={setEntered} />}
      {address !== undefined && !site && <Unservable />}
      {own.map((listed) => panel(listed))}
      {inFrames.map((listed) => panel(listed, true))}
      {couldBe.length > 0 && !isManaged && (
        <details class="frame-sites">
          <summary>{t('frameSites', { count: couldBe.length })}</summary>
          {couldBe.map((unlisted) => panel(unlisted, true))}
        </details>
      )}
    </>
  );
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
  return (
    <section class="empty">
      <h2>{t('pageUnknown')}</h2>
      <p class="muted">{t('pageUnknownDetail')}</p>
      <EntryForm
        label={t('pageUnknown')}
        start={{ pattern: '' }}
        fields={[{ key: 'pattern', label: t('siteAddress'), placeholder: 'https://shop.example' }]}
        submit={t('siteShow')}
        isFixed
        takesFocus={false}
        onSubmit={async ({ pattern }) => {
          if (!siteOfUrl(pattern.trim())) return { field: 'pattern', text: ['patternInvalid'] };
          onEnter(pattern.trim());
          return undefined;
        }}
      />
    </section>
  );
}
