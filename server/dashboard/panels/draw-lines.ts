import UPlot from 'uplot';
import type { PulsePoint } from '../pulse-points.ts';

/** Shortest time span of the axis. The first points appear at its right end. */
const MIN_SPAN_S = 30;
const HEIGHT = 170;
const FONT = '11px system-ui, sans-serif';

export interface Line {
  readonly label: string;
  /** A CSS custom property. */
  readonly colour: string;
  readonly filled: boolean;
  readonly of: (point: PulsePoint) => number | undefined;
}

interface Reader {
  format(value: number): string;
  time(seconds: number): string;
  /** Called with the point under the pointer, or undefined when it leaves. */
  onPoint(index: number | undefined): void;
}

export interface Drawing {
  show(points: readonly PulsePoint[]): void;
  end(): void;
}

/** Draws lines into an element in its width and in the current theme's colours. */
export function drawLines(container: HTMLElement, lines: readonly Line[], reader: Reader): Drawing {
  const plot = new UPlot(optionsOf(lines, reader, container.clientWidth), noData(lines), container);
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const redraw = () => plot.redraw();
  dark.addEventListener('change', redraw);
  const sizes = new ResizeObserver(() => plot.setSize({ width: container.clientWidth, height: HEIGHT }));
  sizes.observe(container);
  return {
    show: (points) => plot.setData(points.length > 0 ? dataOf(points, lines) : noData(lines)),
    end: () => {
      dark.removeEventListener('change', redraw);
      sizes.disconnect();
      plot.destroy();
    },
  };
}

function optionsOf(lines: readonly Line[], { format, time, onPoint }: Reader, width: number): UPlot.Options {
  const axis = { stroke: () => colour('--muted'), font: FONT, ticks: { show: false } };
  const grid = { stroke: () => colour('--line'), width: 1 };
  return {
    width,
    height: HEIGHT,
    padding: [8, 28, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 } },
    scales: {
      x: { range: (_plot, from, to) => [Math.min(from, to - MIN_SPAN_S), to] },
      y: { range: (_plot, _from, to) => [0, to > 0 ? to * 1.1 : 1] },
    },
    axes: [
      { ...axis, grid: { show: false }, space: 90, size: 24, values: (_plot, splits) => splits.map(time) },
      { ...axis, grid, size: 58, space: 40, values: (_plot, splits) => splits.map(format) },
    ],
    series: [{}, ...lines.map(seriesOf)],
    hooks: { setCursor: [({ cursor }) => onPoint(cursor.idx ?? undefined)] },
  };
}

function seriesOf(line: Line): UPlot.Series {
  return {
    label: line.label,
    width: 1.75,
    stroke: () => colour(line.colour),
    ...(line.filled && { fill: () => `color-mix(in srgb, ${colour(line.colour)} 16%, transparent)` }),
    points: { show: false },
  };
}

function dataOf(points: readonly PulsePoint[], lines: readonly Line[]): UPlot.AlignedData {
  return [points.map(({ at }) => at), ...lines.map((line) => points.map((point) => line.of(point) ?? null))];
}

/** An empty chart still needs axes. */
function noData(lines: readonly Line[]): UPlot.AlignedData {
  return [[Date.now() / 1_000], ...lines.map(() => [null])];
}

function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name);
}
