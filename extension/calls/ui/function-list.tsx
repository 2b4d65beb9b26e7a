import type { ComponentChildren } from 'preact';
import type { ProbeReport } from '../../platform/messages.ts';
import type { FunctionSettings, SiteSettings } from '../../sites/settings-schema.ts';
import { addFunction, suggestedName } from '../../sites/ui/settings-edits.ts';
import { useManaged, useWorkspace } from '../../sites/ui/workspace.tsx';
import { Icon } from '../../ui/icon.tsx';
import { t } from '../../ui/t.ts';
import { useOpen } from '../../ui/use-open.ts';
import { FunctionForm } from './function-form.tsx';
import { FunctionRow, type Presence } from './function-row.tsx';

interface Props {
  site: SiteSettings;
  /** The tab to search and try functions in, and its report; absent if the page is about no single tab. */
  tabId?: number | undefined;
  report?: ProbeReport | undefined;
  callsShown?: number | undefined;
  /** Further content for a function that was not found. */
  whenMissing?: ((fn: FunctionSettings) => ComponentChildren) | undefined;
  /** Whether the form for the first function takes the focus. */
  isNext?: boolean | undefined;
}

/** A site's functions, and the form that adds one. */
export function FunctionList({ site, tabId, report, callsShown, whenMissing, isNext = false }: Props) {
  const { settings, edit } = useWorkspace();
  const isManaged = useManaged('sites');
  const { open, toggle, close, openerOf } = useOpen<'add'>();
  const isEmpty = site.functions.length === 0;
  return (
    <>
      {!isEmpty && (
        <ul class="functions" aria-label={t('functionsOf', { site: site.pattern })}>
          {site.functions.map((fn) => (
            <FunctionRow
              key={fn.name}
              pattern={site.pattern}
              fn={fn}
              tabId={tabId}
              callsShown={callsShown}
              whenMissing={whenMissing}
              presence={tabId === undefined ? undefined : presenceOf(fn.name, report)}
            />
          ))}
        </ul>
      )}
      {isEmpty && !isManaged && <p class="hint">{t('functionsFirst')}</p>}
      {isManaged ? null : open || isEmpty ? (
        <FunctionForm
          key={site.functions.length}
          label={t('functionAddTo', { site: site.pattern })}
          start={{ name: suggestedName(settings), path: '' }}
          submit={t('functionAddSubmit')}
          onClose={close}
          isFixed={isEmpty}
          takesFocus={!isEmpty || isNext}
          onSubmit={(entry) =>
            edit((current) => addFunction(current, site.pattern, entry), ['functionAdded', { name: entry.name.trim() }])
          }
        />
      ) : (
        <button type="button" class="quiet add" ref={openerOf('add')} onClick={(event) => toggle('add', event)}>
          <Icon name="add" />
          {t('functionAdd')}
        </button>
      )}
    </>
  );
}

function presenceOf(name: string, report: ProbeReport | undefined): Presence {
  if (!report) return { kind: 'checking' };
  if (!report.available) return { kind: 'unknown' };
  const result = report.functions[name];
  // Not in the report yet: the function was added after the request.
  if (!result) return { kind: 'checking' };
  return result.found ? { kind: 'found', frame: result.frame } : { kind: 'missing', reason: result.reason };
}
