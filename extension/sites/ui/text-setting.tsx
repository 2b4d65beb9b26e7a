import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { Complaint } from '../../ui/complaint.ts';
import { t } from '../../ui/t.ts';
import type { Settings } from '../settings-schema.ts';
import type { Edited } from './settings-edits.ts';
import { useWorkspace } from './workspace.tsx';

interface Props {
  label: string;
  value: string;
  /** Applies an entered text to the settings. */
  change(settings: Settings, text: string): Edited;
  hint?: string | undefined;
  /** Masks the text. */
  masked?: boolean;
  placeholder?: string;
  /** Set by an administrator: read-only. */
  managed?: boolean;
  /** Buttons behind the field. */
  children?: ComponentChildren;
}

/** A setting edited in place: saved on Enter or blur, reset by Escape. */
export function TextSetting({ label, value, change, hint, masked, placeholder, managed = false, children }: Props) {
  const id = useId();
  const { draft, complaint, type, commit, reset } = useDraft(label, change);
  const about = [complaint && `${id}-error`, managed && `${id}-managed`, hint && `${id}-hint`]
    .filter(Boolean)
    .join(' ');
  return (
    <div class="setting">
      <label for={id}>{label}</label>
      <div class="setting-field">
        <input
          id={id}
          class="mono"
          {...(masked ? ({ type: 'password' } as const) : ({ type: 'text' } as const))}
          value={draft ?? value}
          placeholder={placeholder}
          readOnly={managed}
          autocomplete="off"
          spellcheck={false}
          aria-invalid={complaint !== undefined}
          aria-describedby={about || undefined}
          onInput={(event) => type(event.currentTarget.value)}
          onChange={(event) => void commit(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape' && draft !== undefined) {
              // Escape would close the popup as well.
              event.preventDefault();
              reset();
            }
          }}
        />
        {children}
      </div>
      {complaint && (
        <p id={`${id}-error`} class="error" role="alert">
          {t(...complaint.text)}
        </p>
      )}
      {managed && (
        <p id={`${id}-managed`} class="hint managed">
          {t('managedByAdministrator')}
        </p>
      )}
      {hint && (
        <p id={`${id}-hint`} class="hint">
          {hint}
        </p>
      )}
    </div>
  );
}

function useDraft(label: string, change: Props['change']) {
  const { edit, editAtOnce } = useWorkspace();
  const [draft, setDraft] = useState<string>();
  const [complaint, setComplaint] = useState<Complaint>();
  const reset = () => {
    setDraft(undefined);
    setComplaint(undefined);
  };
  const type = (text: string) => {
    setDraft(text);
    setComplaint(undefined);
  };
  // Uses the field's text: a program that fills it sends `input` and `change` before the draft renders.
  const commit = async (text: string) => {
    const wrong = await edit((settings) => change(settings, text), ['savedField', { field: label }]);
    if (wrong) setComplaint(wrong);
    else reset();
  };
  useLeaving(() => {
    if (draft !== undefined) editAtOnce((settings) => change(settings, draft));
  });
  return { draft, complaint, type, commit, reset };
}

/** A closing popup does not blur its fields. */
function useLeaving(leave: () => void): void {
  const latest = useRef(leave);
  latest.current = leave;
  useEffect(() => {
    const onHide = () => latest.current();
    window.addEventListener('pagehide', onHide);
    return () => window.removeEventListener('pagehide', onHide);
  }, []);
}
