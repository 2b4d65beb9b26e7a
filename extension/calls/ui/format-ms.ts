import { t } from '../../ui/t.ts';

/** A duration for people: `0.4 ms`, `12 ms`, `1.5 s`. */
export function formatMs(ms: number): string {
  if (ms >= 999.5) return t('durationS', { s: (ms / 1_000).toFixed(1) });
  return t('tryMs', { ms: ms < 9.95 ? ms.toFixed(1) : Math.round(ms) });
}
