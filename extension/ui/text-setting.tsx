import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { Complaint } from './complaint.ts';
import { t } from './t.ts';

interface Props {
  label: string;
  value: string;
  /** Stores what was entered, or answers with what is wrong with it. */
  onSave(text: string): Promise<Complaint | undefined>;
  hint?: string | undefined;
  /** Shows dots instead of what is entered. */
  masked?: boolean;
  placeholder?: string;
  /** Buttons behind the field. */
  children?: ComponentChildren;
}

/** A setting edited in place: saved on Enter or on leaving the field, Escape takes back what was typed. */
export function TextSetting({ label, value, onSave, hint, masked, placeholder, children }: Props) {
  const id = useId();
  const { draft, complaint, change, commit, reset } = useDraft(onSave);
  const about = [complaint && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(' ');
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
          autocomplete="off"
          spellcheck={false}
          aria-invalid={complaint !== undefined}
          aria-describedby={about || undefined}
          onInput={(event) => change(event.currentTarget.value)}
          onChange={commit}
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
      {hint && (
        <p id={`${id}-hint`} class="hint">
          {hint}
        </p>
      )}
    </div>
  );
}

function useDraft(onSave: Props['onSave']) {
  const [draft, setDraft] = useState<string>();
  const [complaint, setComplaint] = useState<Complaint>();
  const reset = () => {
    setDraft(undefined);
    setComplaint(undefined);
  };
  const commit = async () => {
    if (draft === undefined) return;
    const wrong = await onSave(draft);
    if (wrong) setComplaint(wrong);
    else reset();
  };
  const change = (text: string) => {
    setDraft(text);
    setComplaint(undefined);
  };

  // A popup closes without its fields being left.
  const latest = useRef(commit);
  latest.current = commit;
  useEffect(() => {
    const onHide = () => void latest.current();
    window.addEventListener('pagehide', onHide);
    return () => window.removeEventListener('pagehide', onHide);
  }, []);

  return { draft, complaint, change, commit, reset };
}
