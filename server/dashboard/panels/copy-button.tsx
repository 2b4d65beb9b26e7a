import { useEffect, useState } from 'preact/hooks';
import { useTexts } from '../use-texts.ts';

const SHOW_RESULT_MS = 2_000;

/** Copies a text and shows the result. */
export function CopyButton({ text, label }: { text: string; label?: string }) {
  const t = useTexts();
  const [said, setSaid] = useState<string>();
  useEffect(() => {
    if (said === undefined) return;
    const timer = setTimeout(() => setSaid(undefined), SHOW_RESULT_MS);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = () => {
    // Over plain HTTP from another machine a page has no clipboard API.
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
