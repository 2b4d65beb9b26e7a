import type { ComponentChildren } from 'preact';
import type { FunctionSettings } from '../../sites/settings-schema.ts';
import { defaultFunction, editFunction, removeFunction, setDefault } from '../../sites/ui/settings-edits.ts';
import { useManaged, useWorkspace } from '../../sites/ui/workspace.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { PathText } from '../../ui/path-text.tsx';
import { t } from '../../ui/t.ts';
import { useOpen } from '../../ui/use-open.ts';
import { ask } from './ask.ts';
import { CallsLine } from './calls-line.tsx';
import { CallsPanel } from './calls-panel.tsx';
import { FunctionForm } from './function-form.tsx';
import { TryPanel } from './try-panel.tsx';

/** Whether a function is in the page now. */
export type Presence =
  | { kind: 'checking' }
  | { kind: 'unknown' }
  /** `frame` is its frame, unless it is in the page itself. */
  | { kind: 'found'; frame: string | undefined }
  | { kind: 'missing'; reason: string | undefined };

interface Props {
  pattern: string;
  fn: FunctionSettings;
  tabId: number | undefined;
  /** Absent without a tab. */
  presence: Presence | undefined;
  /** The most calls to show; all if absent. */
  callsShown?: number | undefined;
  whenMissing?: ((fn: FunctionSettings) => ComponentChildren) | undefined;
}

/** One function: name, path, whether it was found, and actions. */
export function FunctionRow({ pattern, fn, tabId, presence, callsShown, whenMissing }: Props) {
  const { settings, edit } = useWorkspace();
  const { open, toggle, close, onKeyDown } = useOpen<'try' | 'edit' | 'calls'>();
  const isManaged = useManaged('sites');
  const isDefault = defaultFunction(settings) === fn.name;
  const { name, path } = fn;
  return (
    <li class="function" onKeyDown={onKeyDown}>
      <div class="function-line">
        <input
          type="radio"
          name="default-function"
          aria-label={t('functionDefaultNamed', { name })}
          title={t('functionDefaultHint')}
          checked={isDefault}
          disabled={isManaged}
          onChange={() => void edit((current) => setDefault(current, name), ['defaultSaved', { name }])}
        />
        <span class="function-name mono" title={name}>
          {name}
        </span>
        {isDefault && (
          <span class="tag" title={t('functionDefaultHint')}>
            {t('functionDefault')}
          </span>
        )}
        <div class="function-actions">
          <button
            type="button"
            aria-label={t('tryNamed', { name })}
            aria-expanded={open === 'try'}
            onClick={(event) => toggle('try', event)}
          >
            {t('tryShort')}
          </button>
          {!isManaged && (
            <IconButton
              icon="edit"
              label={t('functionEditNamed', { name })}
              expanded={open === 'edit'}
              onClick={(event) => toggle('edit', event)}
            />
          )}
          {!isManaged && (
            <IconButton
              icon="remove"
              label={t('functionRemoveNamed', { name })}
              onClick={() =>
                void edit((current) => removeFunction(current, name), ['functionRemoved', { name }], 'can-undo')
              }
            />
          )}
        </div>
      </div>
      <div class="function-line">
        <PathText path={path} />
        {presence && <PresenceMark presence={presence} />}
      </div>
      {presence?.kind === 'found' && presence.frame && (
        <p class="function-place">{t('functionInFrame', { frame: presence.frame })}</p>
      )}
      {presence?.kind === 'missing' && (
        <p class="function-reason">
          {presence.reason} <span class="muted">{t('functionNotFoundAdvice')}</span>
        </p>
      )}
      {presence?.kind === 'missing' && whenMissing?.(fn)}
      <CallsLine name={name} expanded={open === 'calls'} onClick={(event) => toggle('calls', event)} />
      {open === 'calls' && <CallsPanel name={name} limit={callsShown} />}
      {open === 'try' && (
        <TryPanel
          name={name}
          call={(args) => ask('try', { name, args, ...(tabId === undefined ? {} : { target: { tabId } }) })}
        />
      )}
      {open === 'edit' && (
        <FunctionForm
          label={t('functionEditNamed', { name })}
          start={{ name, path }}
          submit={t('save')}
          onClose={close}
          onSubmit={(entry) =>
            edit(
              (current) => editFunction(current, pattern, name, entry),
              ['functionSaved', { name: entry.name.trim() }],
            )
          }
        />
      )}
    </li>
  );
}

function PresenceMark({ presence }: { presence: Presence }) {
  switch (presence.kind) {
    case 'unknown':
      return null;
    case 'checking':
      return <span class="mark muted">{t('functionChecking')}</span>;
    case 'found':
      return (
        <span class="mark good">
          <span class="dot" aria-hidden="true" />
          {t('functionFound')}
        </span>
      );
    case 'missing':
      return (
        <span class="mark bad">
          <span class="dot hollow" aria-hidden="true" />
          {t('functionNotFound')}
        </span>
      );
  }
}
