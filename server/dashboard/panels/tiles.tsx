import type { Stats } from '../../../shared/stats.ts';
import { formatMs, formatRate } from '../format-numbers.ts';
import type { PulsePoint } from '../pulse-points.ts';
import { useTag, useTexts } from '../use-texts.ts';

interface Props {
  clients: number;
  stats: Stats | undefined;
  point: PulsePoint | undefined;
}

/** Current numbers. */
export function Tiles({ clients, stats, point }: Props) {
  const t = useTexts();
  const tag = useTag();
  const whole = (count: number | undefined) => count?.toLocaleString(tag) ?? t.none;
  const rate = point && point.okPerSecond + point.failedPerSecond;
  return (
    <dl class="tiles">
      <Tile label={t.tileClients} value={whole(stats && clients)} />
      <Tile label={t.tileCalls} value={rate === undefined ? t.none : formatRate(rate, tag)} />
      <Tile label={t.tileMedian} value={point?.p50 === undefined ? t.none : formatMs(point.p50, tag)} />
      <Tile label={t.tileSlow} value={point?.p99 === undefined ? t.none : formatMs(point.p99, tag)} />
      <Tile label={t.tileInFlight} value={whole(stats?.calls.inFlight)} />
      <Tile label={t.tileFailed} value={whole(stats?.calls.failed)} />
    </dl>
  );
}

function Tile({ label, value }: { label: string; value: string }) {
  return (
    <div class="tile">
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}
