import { formatMs, formatRate } from '../format-numbers.ts';
import type { PulsePoint } from '../pulse-points.ts';
import { useTag, useTexts } from '../use-texts.ts';
import { Chart } from './chart.tsx';
import type { Line } from './draw-lines.ts';

/** The last three minutes. */
export function Charts({ points }: { points: readonly PulsePoint[] }) {
  const t = useTexts();
  const tag = useTag();
  const calls: Line[] = [
    { label: t.chartOk, colour: '--accent', filled: true, of: (point) => point.okPerSecond },
    { label: t.chartFailed, colour: '--bad', filled: false, of: (point) => point.failedPerSecond },
  ];
  const durations: Line[] = [
    { label: '50%', colour: '--accent', filled: false, of: (point) => point.p50 },
    { label: '95%', colour: '--good', filled: false, of: (point) => point.p95 },
    { label: '99%', colour: '--busy', filled: false, of: (point) => point.p99 },
  ];
  return (
    <div class="charts">
      <Chart title={t.chartCalls} points={points} lines={calls} format={(value) => formatRate(value, tag)} />
      <Chart title={t.chartDurations} points={points} lines={durations} format={(value) => formatMs(value, tag)} />
    </div>
  );
}
