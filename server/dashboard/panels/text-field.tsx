import type { Ref } from 'preact';
import { useId } from 'preact/hooks';

interface Props {
  label: string;
  value: string;
  onInput(text: string): void;
  /** Validation message. */
  complaint?: string | undefined;
  hint?: string | undefined;
  /** Masks the input. */
  isSecret?: boolean;
  isNumber?: boolean;
  field?: Ref<HTMLInputElement>;
}

/** A text input with its validation message linked for screen readers. */
export function TextField({ label, value, onInput, complaint, hint, isSecret, isNumber, field = null }: Props) {
  const id = useId();
  const said = complaint ?? hint;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        class={isNumber ? undefined : 'mono'}
        ref={field}
        {...(isSecret ? { type: 'password' as const } : { type: 'text' as const })}
        {...(isNumber && { inputmode: 'decimal' as const })}
        value={value}
        autocomplete="off"
        spellcheck={false}
        aria-invalid={complaint !== undefined}
        aria-describedby={said === undefined ? undefined : `${id}-said`}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      {complaint !== undefined && (
        <p id={`${id}-said`} class="error" role="alert">
          {complaint}
        </p>
      )}
      {complaint === undefined && hint !== undefined && (
        <p id={`${id}-said`} class="hint">
          {hint}
        </p>
      )}
    </div>
  );
}
