import type { RefObject } from 'preact';
import type { TryDraft } from '../try-draft.ts';
import { useTexts } from '../use-texts.ts';

interface Props {
  draft: TryDraft;
  complaint: string | undefined;
  onEdit(changes: Partial<TryDraft>): void;
  onSubmit(): void;
  field: RefObject<HTMLTextAreaElement | null>;
}

/** Enter calls; Shift+Enter starts a new line. */
export function TryArguments({ draft: { kind, text }, complaint, onEdit, onSubmit, field }: Props) {
  const t = useTexts();
  return (
    <>
      <fieldset class="kinds">
        <legend>{t.tryKind}</legend>
        {(['text', 'json'] as const).map((each) => (
          <label key={each} class="check">
            <input type="radio" name="kind" checked={kind === each} onChange={() => onEdit({ kind: each })} />
            {each === 'text' ? t.tryKindText : t.tryKindJson}
          </label>
        ))}
      </fieldset>
      <div class="field">
        <label for="try-arguments">{kind === 'text' ? t.tryText : t.tryJson}</label>
        <textarea
          id="try-arguments"
          class="mono"
          rows={2}
          ref={field}
          value={text}
          spellcheck={false}
          placeholder={kind === 'json' ? '["hello", 1]' : undefined}
          aria-invalid={complaint !== undefined}
          aria-describedby={complaint === undefined ? undefined : 'try-error'}
          onInput={(event) => onEdit({ text: event.currentTarget.value })}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
            event.preventDefault();
            onSubmit();
          }}
        />
        {complaint !== undefined && (
          <p id="try-error" class="error" role="alert">
            {complaint}
          </p>
        )}
      </div>
    </>
  );
}
