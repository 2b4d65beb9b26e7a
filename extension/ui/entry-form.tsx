import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Complaint, Field as FieldName } from './complaint.ts';
import { Field } from './field.tsx';
import { t } from './t.ts';

type Texts = { readonly [Name in FieldName]?: string };

interface TextField<Entry> {
  /** The entry's key, and the field that a complaint names. */
  key: keyof Entry & FieldName;
  label: string;
  hint?: string;
  placeholder: string;
  /** Shown on demand: filled in already, and seldom changed. */
  isFolded?: boolean;
}

interface Props<Entry> {
  /** What the form is for: its name for screen readers. */
  label: string;
  start: Entry;
  fields: readonly TextField<Entry>[];
  submit: string;
  /** Stores the entry, or returns what is wrong with it. */
  onSubmit(entry: Entry): Promise<Complaint | undefined>;
  /** Called after the entry is stored or the form is cancelled. */
  onClose?(): void;
  /** The form is always shown, so it has no Cancel button. */
  isFixed?: boolean;
  /** Whether the first empty field takes the focus: true for a form that its user opened. */
  takesFocus?: boolean;
  /** What is shown above the text fields. */
  intro?(entry: Entry, change: (part: Partial<Entry>) => void): ComponentChildren;
  /** The title of the folded fields. */
  foldedTitle?: string;
  /** Further controls below the text fields. */
  more?(entry: Entry, change: (part: Partial<Entry>) => void): ComponentChildren;
}

/** The props of a form whose fields are known. */
export type EntryFormProps<Entry> = Omit<Props<Entry>, 'fields' | 'more' | 'intro' | 'foldedTitle'>;

/** A form that adds or edits one entry: keeps the draft, shows what is wrong with it, saves and cancels. */
export function EntryForm<Entry extends Texts>(props: Props<Entry>) {
  const {
    label,
    start,
    fields,
    submit,
    onSubmit,
    onClose,
    isFixed = false,
    takesFocus = true,
    more,
    intro,
    foldedTitle,
  } = props;
  const [entry, setEntry] = useState(start);
  const [complaint, setComplaint] = useState<Complaint>();
  const form = useRef<HTMLFormElement>(null);
  const focus = (key: string | undefined) => form.current?.querySelector<HTMLElement>(`[name="${key}"]`)?.focus();
  const change = (part: Partial<Entry>) => {
    setEntry({ ...entry, ...part });
    setComplaint(undefined);
  };
  // A layout effect: a later one could take the focus from another field.
  useLayoutEffect(() => {
    const shown = fields.filter(({ isFolded }) => !isFolded);
    if (takesFocus) focus((shown.find(({ key }) => !start[key]) ?? shown[0])?.key);
  }, [takesFocus]);

  const folded = fields.filter(({ isFolded }) => isFolded);
  const field = ({ key, isFolded: _, ...texts }: TextField<Entry>) => (
    <Field
      key={key}
      {...texts}
      name={key}
      value={entry[key] ?? ''}
      complaint={complaint?.field === key ? complaint : undefined}
      onInput={(text) => change({ [key]: text } as Partial<Entry>)}
    />
  );

  return (
    <form
      class="entry-form"
      aria-label={label}
      noValidate
      ref={form}
      onSubmit={async (event) => {
        event.preventDefault();
        const wrong = await onSubmit(entry);
        setComplaint(wrong);
        if (wrong) focus(wrong.field);
        else onClose?.();
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || isFixed) return;
        // Escape would close the popup as well.
        event.preventDefault();
        onClose?.();
      }}
    >
      {intro?.(entry, change)}
      {fields.filter(({ isFolded }) => !isFolded).map(field)}
      {folded.length > 0 && (
        <details open={folded.some(({ key }) => key === complaint?.field)}>
          <summary>{foldedTitle}</summary>
          {folded.map(field)}
        </details>
      )}
      {more?.(entry, change)}
      {complaint && !fields.some(({ key }) => key === complaint.field) && (
        <p class="error" role="alert">
          {t(...complaint.text)}
        </p>
      )}
      <div class="form-actions">
        {!isFixed && (
          <button type="button" onClick={onClose}>
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
