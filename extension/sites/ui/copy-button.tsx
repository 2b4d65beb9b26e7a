import { IconButton } from '../../ui/icon-button.tsx';
import { useWorkspace } from './workspace.tsx';

/** Copies a text to the clipboard and says so. */
export function CopyButton({ text, label }: { text: string; label: string }) {
  const { tell } = useWorkspace();
  const copy = () => {
    navigator.clipboard.writeText(text).then(
      () => tell(['copied']),
      () => tell(['copyFailed']),
    );
  };
  return <IconButton icon="copy" label={label} onClick={copy} />;
}
