import { FunctionList } from '../calls/ui/function-list.tsx';
import { CaptureDeclared } from '../captures/ui/capture-declared.tsx';
import { CaptureList } from '../captures/ui/capture-list.tsx';
import type { ProbeReport } from '../platform/messages.ts';
import type { SiteSettings } from '../sites/settings-schema.ts';
import { AccessMissing } from '../sites/ui/access-missing.tsx';
import { permissionOf } from '../sites/ui/settings-edits.ts';
import { disableSite, enableSite } from '../sites/ui/site-access.ts';
import { useAccess } from '../sites/ui/use-access.ts';
import { useManaged, useWorkspace } from '../sites/ui/workspace.tsx';
import { Icon } from '../ui/icon.tsx';
import { t } from '../ui/t.ts';

/** The number of calls shown; the options page shows all. */
const CALLS_SHOWN = 20;

interface Props {
  site: SiteSettings;
  /** Whether only a frame belongs to the site. */
  isInFrame: boolean;
  tabId: number | undefined;
  /** The probe result; absent until it is known. */
  report: ProbeReport | undefined;
  /** Whether adding its first function is the next step. */
  isNext: boolean;
  onFind(): void;
}

/** A site of the tab and its functions. An unlisted site is disabled and has none. */
export function SitePanel({ site, isInFrame, tabId, report, isNext, onFind }: Props) {
  const workspace = useWorkspace();
  const isManaged = useManaged('sites');
  const { pattern, enabled, functions } = site;
  const granted = useAccess(permissionOf(pattern));
  return (
    <section class="site" aria-label={pattern}>
      <div class="site-line">
        <h2 class="mono" title={pattern}>
          {pattern}
        </h2>
        {enabled && !isManaged && (
          <button
            type="button"
            class="quiet"
            aria-label={t('siteDisableNamed', { site: pattern })}
            onClick={() => void disableSite(workspace, pattern)}
          >
            {t('siteDisable')}
          </button>
        )}
      </div>
      {isInFrame && <p class="hint">{t('siteInFrame')}</p>}
      {isManaged && <p class="hint">{t('sitesManaged')}</p>}
      {enabled ? (
        <AccessMissing pattern={pattern} />
      ) : isManaged ? null : (
        <div class="site-enable">
          <button type="button" class="primary wide" onClick={() => void enableSite(workspace, pattern)}>
            {t('siteEnable')}
          </button>
          <p class="hint">{t('siteEnableHint')}</p>
        </div>
      )}
      {enabled && granted && report?.available === false && (
        <p class="site-note" role="status">
          {t('tabUnavailable', { reason: report.reason })}
        </p>
      )}
      {enabled && tabId !== undefined && (
        <button type="button" class="find" onClick={onFind}>
          <Icon name="search" />
          {t('finderOpen')}
        </button>
      )}
      {(enabled || functions.length > 0) && (
        <FunctionList
          site={site}
          tabId={enabled ? tabId : undefined}
          report={report}
          callsShown={CALLS_SHOWN}
          whenMissing={tabId === undefined ? undefined : (fn) => <CaptureDeclared site={site} fn={fn} tabId={tabId} />}
          isNext={isNext && granted}
        />
      )}
      {(enabled || (site.captures?.length ?? 0) > 0) && <CaptureList site={site} tabId={enabled ? tabId : undefined} />}
    </section>
  );
}
