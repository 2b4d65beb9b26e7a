import { EntryForm, type EntryFormProps } from '../ui/entry-form.tsx';
import { t } from '../ui/t.ts';

/** Adds a site or changes its address. */
export function SiteForm(props: EntryFormProps<{ pattern: string }>) {
  return (
    <EntryForm
      {...props}
      fields={[
        { key: 'pattern', label: t('siteAddress'), placeholder: 'https://shop.example', hint: t('siteAddHint') },
      ]}
    />
  );
}
