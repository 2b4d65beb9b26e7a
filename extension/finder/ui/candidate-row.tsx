import { FunctionForm } from '../../calls/ui/function-form.tsx';
import { TryPanel } from '../../calls/ui/try-panel.tsx';
import type { TryReport } from '../../platform/messages.ts';
import { addFunction, suggestedName } from '../../sites/ui/settings-edits.ts';
import { useManaged, useWorkspace } from '../../sites/ui/workspace.tsx';
import { Icon } from '../../ui/icon.tsx';
import { PathText } from '../../ui/path-text.tsx';
import { type Text, t } from '../../ui/t.ts';
import { useOpen } from '../../ui/use-open.ts';
import { siteToAddTo } from '../finder-target.ts';
import type { FoundCandidate, Reason } from '../search-messages.ts';

interface Props {
  candidate: FoundCandidate;
  /** The finder's site. */
  pattern: string;
  isChosen: boolean;
  onChoose(isChosen: boolean): void;
  onTry(args: unknown[]): Promise<TryReport>;
}

/** A found function: path, reasons, source, and actions. */
export function CandidateRow({ candidate, pattern, isChosen, onChoose, onTry }: Props) {
  const { settings } = useWorkspace();
  const { open, toggle, close, onKeyDown } = useOpen<'try' | 'add'>();
  const { path, parameters, source, reasons, isWatchable, isInFrame } = candidate;
  const isManaged = useManaged('sites');
  const listed = settings.sites.map((site) => site.pattern);
  const site = isManaged ? undefined : siteToAddTo(pattern, listed, candidate.sites);
  const added = settings.sites.flatMap((site) => site.functions).find((fn) => fn.path === path);
  return (
    <li class="candidate" onKeyDown={onKeyDown}>
      <div class="candidate-line">
        <input
          type="checkbox"
          checked={isChosen}
          disabled={!isWatchable}
          aria-label={t('finderWatchNamed', { path })}
          title={t(isWatchable ? 'finderWatchable' : 'finderUnwatchable')}
          onChange={(event) => onChoose(event.currentTarget.checked)}
        />
        <PathText path={path} />
        <span class="muted candidate-parameters">{t('finderParameters', { count: parameters })}</span>
      </div>
      <div class="candidate-line candidate-more">
        <ul class="reasons">
          {reasons.map((reason) => (
            <li key={`${reason.kind} ${reason.what}`} class="tag" data-kind={reason.kind}>
              {t(...describe(reason))}
            </li>
          ))}
          {isInFrame && <li class="tag">{t('finderInFrame')}</li>}
        </ul>
        <div class="candidate-actions">
          <button
            type="button"
            aria-label={t('tryNamed', { name: path })}
            aria-expanded={open === 'try'}
            onClick={(event) => toggle('try', event)}
          >
            {t('tryShort')}
          </button>
          {added ? (
            <span class="mark good">
              <Icon name="check" />
              {t('finderAdded', { name: added.name })}
            </span>
          ) : (
            site !== undefined && (
              <button
                type="button"
                aria-label={t('finderAddNamed', { path })}
                aria-expanded={open === 'add'}
                onClick={(event) => toggle('add', event)}
              >
                {t('functionAddSubmit')}
              </button>
            )
          )}
        </div>
      </div>
      <pre class="candidate-source">{source}</pre>
      {open === 'try' && <TryPanel name={path} call={onTry} />}
      {open === 'add' && site !== undefined && <AddForm candidate={candidate} pattern={site} onClose={close} />}
    </li>
  );
}

interface AddProps {
  candidate: FoundCandidate;
  pattern: string;
  onClose(): void;
}

function AddForm({ candidate: { path, fingerprint }, pattern, onClose }: AddProps) {
  const { settings, edit } = useWorkspace();
  return (
    <FunctionForm
      label={t('finderAddNamed', { path })}
      start={{ name: suggestedName(settings), path }}
      submit={t('functionAddSubmit')}
      onClose={onClose}
      onSubmit={(entry) => {
        // With another path it is another function.
        const known = entry.path === path && fingerprint !== undefined ? { ...entry, fingerprint } : entry;
        return edit((current) => addFunction(current, pattern, known), ['functionAdded', { name: entry.name.trim() }]);
      }}
    />
  );
}

function describe({ kind, what }: Reason): Text {
  switch (kind) {
    case 'name':
      return ['finderByName', { word: what }];
    case 'called':
      return ['finderCalled', { count: what }];
    case 'source':
      return what === 'bits' ? ['finderByBits'] : ['finderBySource', { what }];
  }
}
