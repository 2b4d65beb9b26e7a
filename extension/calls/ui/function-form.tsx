import { useState } from 'preact/hooks';
import type { FunctionEntry } from '../../sites/ui/settings-edits.ts';
import type { Complaint } from '../../ui/complaint.ts';
import { Field } from '../../ui/field.tsx';
import { t } from '../../ui/t.ts';

interface Props {
  /** What the form is for, read out with it. */
  label: string;
  start: FunctionEntry;
  submit: string;
  /** Stores the entry, or answers with what is wrong with it. */
  onSubmit(entry: FunctionEntry): Promise<Complaint | undefined>;
  /** Absent where the form can't be closed. */
  onCancel?: (() => void) | undefined;
  /** Its first empty field takes the focus; without a word, where the form was opened by its person. */
  focus?: boolean | undefined;
}

/** Name and path of a function, to add or to edit one. */
export function FunctionForm({ label, start, submit, onSubmit, onCancel, focus = onCancel !== undefined }: Props) {
  const [entry, setEntry] = useState(start);
  const [complaint, setComplaint] = useState<Complaint>();
  const about = (field: Complaint['field']) => (complaint?.field === field ? complaint : undefined);
  const change = (part: Partial<FunctionEntry>) => {
    setEntry({ ...entry, ...part });
    setComplaint(undefined);
  };
  return (
    <form
      class="function-form"
      aria-label={label}
      noValidate
      onSubmit={async (event) => {
        event.preventDefault();
        setComplaint(await onSubmit(entry));
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !onCancel) return;
        // Escape would close the popup as well.
        event.preventDefault();
        onCancel();
      }}
    >
      <Field
        label={t('functionName')}
        value={entry.name}
        placeholder="encrypt"
        onInput={(name) => change({ name })}
        complaint={about('name')}
        hint={t('functionNameHint')}
        focus={focus && start.name === ''}
      />
      <Field
        label={t('functionPath')}
        value={entry.path}
        placeholder="shop.crypto.encrypt"
        onInput={(path) => change({ path })}
        complaint={about('path')}
        hint={t('functionPathHint')}
        focus={focus && start.name !== ''}
      />
      {about('settings') && (
        <p class="error" role="alert">
          {t(...(complaint as Complaint).text)}
        </p>
      )}
      <div class="form-actions">
        {onCancel && (
          <button type="button" onClick={onCancel}>
            {t('cancel')}
          </button>
        )}
        <button type="submit" class="primary">
          {submit}
        </button>
      </div>
    </form>
  );
}
