import type { FunctionEntry } from '../../sites/ui/settings-edits.ts';
import { EntryForm, type EntryFormProps } from '../../ui/entry-form.tsx';
import { t } from '../../ui/t.ts';

/** Adds or edits a function. */
export function FunctionForm(props: EntryFormProps<FunctionEntry>) {
  return (
    <EntryForm
      {...props}
      fields={[
        { key: 'name', label: t('functionName'), placeholder: 'encrypt', hint: t('functionNameHint') },
        { key: 'path', label: t('functionPath'), placeholder: 'shop.crypto.encrypt', hint: t('functionPathHint') },
      ]}
    />
  );
}
