import { FunctionList } from '../calls/ui/function-list.tsx';
import { CaptureList } from '../captures/ui/capture-list.tsx';
import type { SiteSettings } from '../sites/settings-schema.ts';
import { AccessMissing } from '../sites/ui/access-missing.tsx';
import { permissionOf, renameSite } from '../sites/ui/settings-edits.ts';
import { disableSite, enableSite, forgetSite } from '../sites/ui/site-access.ts';
import { useAccess } from '../sites/ui/use-access.ts';
import { useManaged, useWorkspace } from '../sites/ui/workspace.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { t } from '../ui/t.ts';
import { useOpen } from '../ui/use-open.ts';
import { SiteForm } from './site-form.tsx';

/** One site with its state, its functions and what can be done with it. */
export function SiteCard({ site }: { site: SiteSettings }) {
  const workspace = useWorkspace();
  const { open, toggle, close } = useOpen<'edit'>();
  const isManaged = useManaged('sites');
  const { pattern, enabled } = site;
  return (
    <section class="site" aria-label={pattern}>
      <div class="site-line">
        <h3 class="mono">{pattern}</h3>
        <SiteState site={site} />
        {!isManaged && (
          <div class="site-actions">
            <button
              type="button"
              aria-label={t(enabled ? 'siteDisableNamed' : 'siteEnableNamed', { site: pattern })}
              onClick={() => void (enabled ? disableSite : enableSite)(workspace, pattern)}
            >
              {t(enabled ? 'siteDisable' : 'siteEnableShort')}
            </button>
            <IconButton
              icon="edit"
              label={t('siteEditNamed', { site: pattern })}
              expanded={open === 'edit'}
              onClick={(event) => toggle('edit', event)}
            />
            <IconButton
              icon="remove"
              label={t('siteRemoveNamed', { site: pattern })}
              onClick={() => void forgetSite(workspace, pattern)}
            />
          </div>
        )}
      </div>
      {open && (
        <SiteForm
          label={t('siteEditNamed', { site: pattern })}
          start={{ pattern }}
          submit={t('save')}
          onClose={close}
          onSubmit={({ pattern: text }) =>
            workspace.edit((settings) => renameSite(settings, pattern, text), ['siteSaved', { site: text.trim() }])
          }
        />
      )}
      {enabled && <AccessMissing pattern={pattern} />}
      <FunctionList site={site} />
      <CaptureList site={site} />
    </section>
  );
}

function SiteState({ site: { pattern, enabled } }: { site: SiteSettings }) {
  const granted = useAccess(permissionOf(pattern));
  if (!enabled) return <span class="mark muted">{t('siteDisabled')}</span>;
  if (granted === undefined) return null;
  return (
    <span class={granted ? 'mark good' : 'mark bad'}>
      <span class={granted ? 'dot' : 'dot hollow'} aria-hidden="true" />
      {t(granted ? 'siteEnabled' : 'accessNotGranted')}
    </span>
  );
}
