import { addSite } from '../sites/ui/settings-edits.ts';
import { useManaged, useWorkspace } from '../sites/ui/workspace.tsx';
import { Icon } from '../ui/icon.tsx';
import { t } from '../ui/t.ts';
import { useOpen } from '../ui/use-open.ts';
import { SiteCard } from './site-card.tsx';
import { SiteForm } from './site-form.tsx';

/** All sites and their functions. */
export function SitesSection() {
  const { settings, managed, edit } = useWorkspace();
  const isManaged = useManaged('sites');
  const { open, toggle, close, openerOf } = useOpen<'add'>();
  return (
    <section class="card sites-card" aria-labelledby="sites-heading">
      <h2 id="sites-heading">{t('optionsSitesHeading')}</h2>
      <p class="muted">{t('optionsSitesHint')}</p>
      <p class="muted">{t('functionDefaultHint')}</p>
      {isManaged && <p class="callout">{t('sitesManaged')}</p>}
      {managed.problems.map((problem) => (
        <p key={problem} class="callout bad">
          {t('managedProblem', { problem })}
        </p>
      ))}
      {settings.sites.length === 0 && <p class="empty">{t('optionsNoSites')}</p>}
      {settings.sites.map((site) => (
        <SiteCard key={site.pattern} site={site} />
      ))}
      {isManaged ? null : open ? (
        <SiteForm
          label={t('siteAdd')}
          start={{ pattern: '' }}
          submit={t('functionAddSubmit')}
          onClose={close}
          // Disabled at first: a permission can only be requested by a click.
          onSubmit={({ pattern }) =>
            edit((current) => addSite(current, pattern, false), ['siteAdded', { site: pattern.trim() }])
          }
        />
      ) : (
        <button type="button" class="add" ref={openerOf('add')} onClick={(event) => toggle('add', event)}>
          <Icon name="add" />
          {t('siteAdd')}
        </button>
      )}
    </section>
  );
}
