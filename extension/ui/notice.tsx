import { useEffect } from 'preact/hooks';
import { type Text, t } from './t.ts';

export interface NoticeContent {
  text: Text;
  undo: (() => void) | undefined;
  /** Tells two notices of the same text apart. */
  at: number;
}

const SHOWN_MS = 3_000;
/** Long enough to read it and press Undo. */
const SHOWN_WITH_UNDO_MS = 10_000;

/** A notice of the last action; always in the page, because screen readers announce only changes. */
export function Notice({ notice, onDone }: { notice: NoticeContent | undefined; onDone: () => void }) {
  // `onDone` changes at each render, but does the same.
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
