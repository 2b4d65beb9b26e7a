import { useEffect, useId, useState } from 'preact/hooks';
import type { Complaint } from '../../ui/complaint.ts';
import { Field } from '../../ui/field.tsx';
import { t } from '../../ui/t.ts';
import type { CaptureEntry } from './capture-edits.ts';
import { mayDebug } from './capture-requests.ts';
import { loadExpressionCheck } from './check-expression.ts';

interface Props {
  /** What the form is for, read out with it. */
  label: string;
  start: CaptureEntry;
  submit: string;
  /** Stores the entry, or answers with what is wrong with it. */
  onSubmit(entry: CaptureEntry): Promise<Complaint | undefined>;
  onCancel(): void;
}

/** Everything about one capture, to add or to edit it. */
export function CaptureForm({ label, start, submit, onSubmit, onCancel }: Props) {
  const id = useId();
  const [entry, setEntry] = useState(start);
  const [complaint, setComplaint] = useState<Complaint>();
  useEffect(() => void loadExpressionCheck(), []);
  const about = (field: Complaint['field']) => (complaint?.field === field ? complaint : undefined);
  const change = (part: Partial<CaptureEntry>) => {
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
        if (event.key !== 'Escape') return;
        // Escape would close the popup as well.
        event.preventDefault();
        onCancel();
      }}
    >
      <Field
        label={t('captureName')}
        value={entry.name}
        placeholder="sign"
        onInput={(name) => change({ name })}
        complaint={about('name')}
        hint={t('captureNameHint')}
        focus
      />
      <Field
        label={t('captureScript')}
        value={entry.script}
        placeholder="/assets/app-*.js"
        onInput={(script) => change({ script })}
        complaint={about('script')}
        hint={t('captureScriptHint')}
      />
      <Field
        label={t('capturePlace')}
        value={entry.anchor}
        placeholder="function sign("
        onInput={(place) => change({ anchor: place })}
        complaint={about('anchor')}
        hint={t('capturePlaceHint')}
      />
      <Field
        label={t('captureExpression')}
        value={entry.expression}
        placeholder="sign"
        onInput={(expression) => change({ expression })}
        complaint={about('expression')}
        hint={t('captureExpressionHint')}
      />
      {mayDebug() && (
        <div class="capture-way">
          <input
            id={id}
            type="checkbox"
            checked={entry.breakpoint}
            aria-describedby={`${id}-hint`}
            onChange={(event) => change({ breakpoint: event.currentTarget.checked })}
          />
          <div>
            <label for={id}>{t('captureBreakpoint')}</label>
            <p id={`${id}-hint`} class="hint">
              {t('captureBreakpointHint')}
            </p>
          </div>
        </div>
      )}
      {about('settings') && (
        <p class="error" role="alert">
          {t(...(complaint as Complaint).text)}
        </p>
      )}
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
