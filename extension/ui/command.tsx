import { CopyButton } from './copy-button.tsx';
import { t } from './t.ts';

/** A command for a terminal, to be copied. */
export function Command({ text }: { text: string }) {
  return (
    <div class="command">
      <code>{text}</code>
      <CopyButton text={text} label={t('commandCopy')} />
    </div>
  );
}
