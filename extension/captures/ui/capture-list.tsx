import { useState } from 'preact/hooks';
import { mayCapture, mayDebug } from '../../platform/own-permissions.ts';
import type { SiteSettings } from '../../sites/settings-schema.ts';
import { useManaged, useWorkspace } from '../../sites/ui/workspace.tsx';
import { Icon } from '../../ui/icon.tsx';
import { t } from '../../ui/t.ts';
import { useOpen } from '../../ui/use-open.ts';
import type { CaptureEntry } from './capture-edits.ts';
import { CaptureForm } from './capture-form.tsx';
import { CaptureRow } from './capture-row.tsx';
import type { CaptureGuess } from './guess-capture.ts';
import { saveCapture } from './save-capture.ts';
import { ScriptSearchPanel } from './script-search.tsx';
import { useCaptures } from './use-captures.ts';

interface Props {
  site: SiteSettings;
  /** The tab to search in; absent if the page is about no single tab. */
  tabId?: number | undefined;
}

const EMPTY: CaptureEntry = { name: '', script: '', anchor: '', expression: '', breakpoint: false };

/** A site's captures with their state in a tab, and the ways to add one. */
export function CaptureList({ site: { pattern, captures = [] }, tabId }: Props) {
  const workspace = useWorkspace();
  const { open, toggle, close, openerOf } = useOpen<'search' | 'form'>();
  const [found, setFound] = useState<CaptureGuess>();
  const start = open === 'search' ? found?.entry : EMPTY;
  const states = useCaptures(captures.length > 0 ? tabId : undefined, workspace.settings);
  const isManaged = useManaged('sites');
  // Nothing can be added to a managed site.
  if (isManaged && captures.length === 0) return null;
  return (
    <div class="captures">
      <h3 class="captures-heading">{t('capturesHeading')}</h3>
      {captures.length === 0 && <p class="hint">{t('capturesHint')}</p>}
      {!mayCapture() && <p class="hint">{t('captureNeedsBuild')}</p>}
      {captures.length > 0 && (
        <ul class="functions" aria-label={t('capturesOf', { site: pattern })}>
          {captures.map((capture) => (
            <CaptureRow
              key={capture.name}
              pattern={pattern}
              capture={capture}
              state={states[capture.name]}
              isManaged={isManaged}
            />
          ))}
        </ul>
      )}
      {captures.length > 0 && mayDebug() && <p class="hint">{t('captureInfobar')}</p>}
      {open && !start && tabId !== undefined && (
        <ScriptSearchPanel tabId={tabId} onCancel={close} onChoose={setFound} />
      )}
      {open && start && (
        <CaptureForm
          label={t('captureAddTo', { site: pattern })}
          start={start}
          guess={open === 'search' ? found : undefined}
          submit={t('captureAddSubmit')}
          onClose={close}
          onSubmit={(entry) => saveCapture(workspace, { pattern, entry })}
        />
      )}
      {!open && mayCapture() && !isManaged && (
        <div class="capture-ways">
          {tabId !== undefined && (
            <button
              type="button"
              class="quiet add"
              ref={openerOf('search')}
              onClick={(event) => {
                setFound(undefined);
                toggle('search', event);
              }}
            >
              <Icon name="search" />
              {t('captureSearch')}
            </button>
          )}
          <button type="button" class="quiet add" ref={openerOf('form')} onClick={(event) => toggle('form', event)}>
            <Icon name="add" />
            {t('captureAdd')}
          </button>
        </div>
      )}
    </div>
  );
}
