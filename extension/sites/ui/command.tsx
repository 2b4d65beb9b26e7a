import { t } from '../../ui/t.ts';
import { CopyButton } from './copy-button.tsx';

/** A command for a terminal, to be copied. */
export function Command({ text }: { text: string }) {
  return (
    <div class="command">
      <code>{text}</code>
      <CopyButton text={text} label={t('commandCopy')} />
    </div>
  );
}
