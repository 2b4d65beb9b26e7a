import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import type { Complaint } from './complaint.ts';
import { t } from './t.ts';

interface Props {
  label: string;
  /** The name of the input in its form. */
  name?: string;
  value: string;
  onInput(text: string): void;
  complaint?: Complaint | undefined;
  hint?: string | undefined;
  placeholder?: string;
  /** Masks the text. */
  masked?: boolean;
  /** Takes the focus when it appears. */
  focus?: boolean | undefined;
}

/** A labelled text field with hint and error. */
export function Field({ label, name, value, onInput, complaint, hint, placeholder, masked, focus }: Props) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  // A layout effect: a later one could take the focus from another field.
  useLayoutEffect(() => {
    if (focus) input.current?.focus();
  }, [focus]);
  const about = [complaint && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(' ');
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        class="mono"
        {...(masked ? ({ type: 'password' } as const) : ({ type: 'text' } as const))}
        name={name}
        value={value}
        placeholder={placeholder}
        autocomplete="off"
        spellcheck={false}
        aria-invalid={complaint !== undefined}
        aria-describedby={about || undefined}
        ref={input}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      {complaint && (
        <p id={`${id}-error`} class="error" role="alert">
          {t(...complaint.text)}
        </p>
      )}
      {hint && !complaint && (
        <p id={`${id}-hint`} class="hint">
          {hint}
        </p>
      )}
    </div>
  );
}
