import { useEffect, useState } from 'preact/hooks';
import { useTexts } from '../use-texts.ts';

const SAID_MS = 2_000;

/** Copies a text, and says whether it could. */
export function CopyButton({ text, label }: { text: string; label?: string }) {
  const t = useTexts();
  const [said, setSaid] = useState<string>();
  useEffect(() => {
    if (said === undefined) return;
    const timer = setTimeout(() => setSaid(undefined), SAID_MS);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = () => {
    // A page that came over plain http from another machine has no clipboard.
    const copied = navigator.clipboard?.writeText(text) ?? Promise.reject(new Error('no clipboard'));
    copied.then(
      () => setSaid(t.copied),
      () => setSaid(t.copyFailed),
    );
  };
  return (
    <>
      <button type="button" onClick={copy}>
        {label ?? t.copy}
      </button>
      <span class="muted said" role="status">
        {said}
      </span>
    </>
  );
}
