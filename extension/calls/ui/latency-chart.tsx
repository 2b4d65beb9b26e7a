import type { CallSummary } from '../../platform/messages.ts';
import { t } from '../../ui/t.ts';
import { formatMs } from './format-ms.ts';

/** The most bars. */
const BARS = 60;
const HEIGHT = 24;
/** Keeps the bar of the fastest call visible. */
const LEAST = 1.5;

/** The last calls as bars, the newest at the right. The slowest call has the full height. */
export function LatencyChart({ recent }: Pick<CallSummary, 'recent'>) {
  if (recent.length === 0) return null;
  const longest = Math.max(...recent.map(({ ms }) => ms));
  return (
    <svg
      class="chart"
      role="img"
      aria-label={t('callsChart', { count: recent.length, longest: formatMs(longest) })}
      viewBox={`0 0 ${BARS} ${HEIGHT}`}
      preserveAspectRatio="none"
    >
      {recent.map(({ ms, ok }, index) => {
        const height = longest > 0 ? Math.max(LEAST, (ms / longest) * HEIGHT) : LEAST;
        return (
          <rect
            key={index}
            class={ok ? 'bar' : 'bar bad'}
            x={BARS - recent.length + index + 0.1}
            y={HEIGHT - height}
            width="0.8"
            height={height}
          />
        );
      })}
    </svg>
  );
}
