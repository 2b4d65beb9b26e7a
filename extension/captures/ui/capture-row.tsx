import type { CaptureState } from '../../platform/messages.ts';
import { mayCapture } from '../../platform/own-permissions.ts';
import type { Capture } from '../../sites/capture-schema.ts';
import { useWorkspace } from '../../sites/ui/workspace.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { t } from '../../ui/t.ts';
import { useOpen } from '../../ui/use-open.ts';
import { ask } from './ask.ts';
import { editCapture, entryOf, removeCapture } from './capture-edits.ts';
import { CaptureForm } from './capture-form.tsx';
import { allowCaptures } from './capture-permissions.ts';
import { describeCapture } from './describe-capture.ts';
import { saveCapture } from './save-capture.ts';

interface Props {
  pattern: string;
  capture: Capture;
  /** Absent without a tab, and until its page has answered. */
  state: CaptureState | undefined;
  /** Set by an administrator: read-only. */
  isManaged: boolean;
}

/** One capture: expression, script, state and actions. */
export function CaptureRow({ pattern, capture, state, isManaged }: Props) {
  const workspace = useWorkspace();
  const { edit } = workspace;
  const { open, toggle, close } = useOpen<'edit'>();
  const { name } = capture;
  const entry = entryOf(capture);
  const words = state && describeCapture(state);
  return (
    <li class="function">
      <div class="function-line">
        <span class="function-name mono" title={name}>
          {name}
        </span>
        {words && (
          <span class={`mark ${words.tone}`}>
            <span class={words.tone === 'good' ? 'dot' : 'dot hollow'} aria-hidden="true" />
            {t(...words.mark)}
          </span>
        )}
        {!isManaged && (
          <div class="function-actions">
            <IconButton
              icon="edit"
              label={t('captureEditNamed', { name })}
              expanded={open === 'edit'}
              onClick={(event) => toggle('edit', event)}
            />
            <IconButton
              icon="remove"
              label={t('captureRemoveNamed', { name })}
              onClick={() =>
                void edit((current) => removeCapture(current, pattern, name), ['captureRemoved', { name }], 'can-undo')
              }
            />
          </div>
        )}
      </div>
      <p class="capture-place mono" title={`${entry.script}\n${entry.anchor}`}>
        {entry.expression || t('captureFunctionHere')} <span class="muted">· {entry.script}</span>
      </p>
      {words?.detail && mayCapture() && <p class={`capture-detail ${words.tone}`}>{t(...words.detail)}</p>}
      {state?.kind === 'needs-permission' && (
        <button type="button" class="primary" onClick={() => void allowCaptures([capture.script, ...state.scripts])}>
          {t('captureAllow')}
        </button>
      )}
      {state?.kind === 'stopped' && (
        <button type="button" class="primary" onClick={() => void ask('resume-captures', {})}>
          {t('captureResume')}
        </button>
      )}
      {state?.kind === 'not-matched' && state.nearest.length > 0 && (
        <NearestPlaces
          places={state.nearest}
          isManaged={isManaged}
          onChoose={({ line, column }) =>
            void edit(
              (current) => editCapture(current, pattern, name, { ...entry, anchor: `${line}:${column}` }),
              ['captureSaved', { name }],
            )
          }
        />
      )}
      {open && (
        <CaptureForm
          label={t('captureEditNamed', { name })}
          start={entry}
          submit={t('save')}
          onClose={close}
          onSubmit={(changed) => saveCapture(workspace, { pattern, entry: changed, replaces: name })}
        />
      )}
    </li>
  );
}

interface NearestProps {
  places: readonly { line: number; column: number; text: string }[];
  isManaged: boolean;
  onChoose(place: { line: number; column: number }): void;
}

function NearestPlaces({ places, isManaged, onChoose }: NearestProps) {
  return (
    <ul class="capture-matches" aria-label={t('captureNearest')}>
      {places.map((place) => (
        <li key={`${place.line}:${place.column}`}>
          <p class="capture-excerpt mono">
            <span class="muted">
              {place.line}:{place.column}
            </span>{' '}
            {place.text}
          </p>
          {!isManaged && (
            <button type="button" onClick={() => onChoose(place)}>
              {t('captureUsePlace', { line: place.line, column: place.column })}
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}
