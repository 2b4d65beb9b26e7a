import { useEffect } from 'preact/hooks';
import { type Text, t } from './t.ts';

export interface NoticeContent {
  text: Text;
  undo: (() => void) | undefined;
  /** Distinguishes notices with the same text. */
  at: number;
}

const SHOWN_MS = 3_000;
/** Long enough to read it and press Undo. */
const SHOWN_WITH_UNDO_MS = 10_000;

/** A notice of the last action; always in the page, because screen readers announce only changes. */
export function Notice({ notice, onDone }: { notice: NoticeContent | undefined; onDone: () => void }) {
  // `onDone` is a new function at each render, with the same effect.
  useEffect(() => {
    if (!notice) return;
    const timer = setTimeout(onDone, notice.undo ? SHOWN_WITH_UNDO_MS : SHOWN_MS);
    return () => clearTimeout(timer);
  }, [notice]);

  return (
    <div class="notice" role="status" aria-label={t('noticeLabel')} data-shown={notice !== undefined}>
      {notice && <span>{t(...notice.text)}</span>}
      {notice?.undo && (
        <button type="button" class="link" onClick={notice.undo}>
          {t('undo')}
        </button>
      )}
    </div>
  );
}
