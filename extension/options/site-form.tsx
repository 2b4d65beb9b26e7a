import { useState } from 'preact/hooks';
import type { Complaint } from '../ui/complaint.ts';
import { Field } from '../ui/field.tsx';
import { t } from '../ui/t.ts';

interface Props {
  label: string;
  start: string;
  submit: string;
  onSubmit(pattern: string): Promise<Complaint | undefined>;
  onCancel(): void;
}

/** A site's address, to add or to edit one. */
export function SiteForm({ label, start, submit, onSubmit, onCancel }: Props) {
  const [text, setText] = useState(start);
  const [complaint, setComplaint] = useState<Complaint>();
  return (
    <form
      class="site-form"
      aria-label={label}
      noValidate
      onSubmit={async (event) => {
        event.preventDefault();
        const wrong = await onSubmit(text);
        setComplaint(wrong);
        if (!wrong) onCancel();
      }}
      onKeyDown={(event) => event.key === 'Escape' && onCancel()}
    >
      <Field
        label={t('siteAddress')}
        value={text}
        placeholder="https://shop.example"
        hint={t('siteAddHint')}
        complaint={complaint}
        focus
        onInput={(next) => {
          setText(next);
          setComplaint(undefined);
        }}
      />
      <div class="form-actions">
        <button type="button" onClick={onCancel}>
          {t('cancel')}
        </button>
        <button type="submit" class="primary">
          {submit}
        </button>
      </div>
    </form>
  );
}
