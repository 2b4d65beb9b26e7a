import { useEffect, useRef, useState } from 'preact/hooks';
import type { PulsePoint } from '../pulse-points.ts';
import { useTag, useTexts } from '../use-texts.ts';
import { type Drawing, drawLines, type Line } from './draw-lines.ts';

interface Props {
  title: string;
  points: readonly PulsePoint[];
  lines: readonly Line[];
  format(value: number): string;
}

/** A line chart over time. Its legend shows the values now or under the pointer. */
export function Chart({ title, points, lines, format }: Props) {
  const t = useTexts();
  const tag = useTag();
  const [pointed, setPointed] = useState<number>();
  const place = useRef<HTMLDivElement>(null);
  const drawing = useRef<Drawing>(undefined);
  // The drawing outlives this render, so it reads the current values through a ref.
  const asked = useRef({ format, tag });
  asked.current = { format, tag };

  // Created once: only the labels of `lines` ever change, and they are not drawn here.
  useEffect(() => {
    if (!place.current) return;
    const made = drawLines(place.current, lines, {
      format: (value) => asked.current.format(value),
      time: (seconds) => clock(seconds, asked.current.tag),
      onPoint: setPointed,
    });
    drawing.current = made;
    return () => made.end();
  }, []);
  // A new language changes the axis labels.
  useEffect(() => drawing.current?.show(points), [points, tag]);

  const point = points[pointed ?? points.length - 1];
  const values = lines.map((line) => ({ line, value: point && line.of(point) }));
  const words = values.map(({ line, value }) => `${line.label}: ${value === undefined ? t.none : format(value)}`);
  const isQuiet = points.every((each) => lines.every((line) => !line.of(each)));
  return (
    <figure class="card chart">
      <figcaption>
        <div class="chart-title">
          <h2>{title}</h2>
          {pointed !== undefined && point && <span class="muted">{clock(point.at, tag)}</span>}
        </div>
        <ul class="legend">
          {values.map(({ line, value }) => (
            <li key={line.colour} data-colour={line.colour}>
              {line.label} <b>{value === undefined ? t.none : format(value)}</b>
            </li>
          ))}
        </ul>
      </figcaption>
      <div class="drawing" ref={place} role="img" aria-label={`${title}. ${words.join(', ')}`} />
      {isQuiet && (
        <p class="muted quiet-note">
          <span>{t.chartQuiet}</span>
        </p>
      )}
    </figure>
  );
}

function clock(seconds: number, tag: string): string {
  return new Date(seconds * 1_000).toLocaleTimeString(tag, { hour12: false });
}
