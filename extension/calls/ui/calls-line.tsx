import { useId } from 'preact/hooks';
import { Icon } from '../../ui/icon.tsx';
import { t } from '../../ui/t.ts';
import { formatMs } from './format-ms.ts';
import { LatencyChart } from './latency-chart.tsx';
import { useCallsOf } from './use-calls.tsx';

interface Props {
  name: string;
  expanded: boolean;
  onClick(event: { currentTarget: HTMLElement }): void;
}

/** A one-line summary of a function's calls. Its button opens the details. */
export function CallsLine({ name, expanded, onClick }: Props) {
  const id = useId();
  const summary = useCallsOf(name);
  return (
    <div class="calls-line">
      <button
        type="button"
        aria-label={t('callsOf', { name })}
        aria-describedby={id}
        aria-expanded={expanded}
        onClick={onClick}
      >
        <Icon name="chevron" />
        {t('callsTotal')}
      </button>
      <span id={id} class="calls-words">
        {!summary || summary.calls === 0 ? (
          t('callsNone')
        ) : (
          <>
            {String(summary.calls)}
            {summary.failures > 0 && <span class="bad">{t('callsFailed', { failures: summary.failures })}</span>}
          </>
        )}
      </span>
      {summary && <LatencyChart recent={summary.recent} />}
      {summary?.p50 !== undefined && <span class="calls-median">{formatMs(summary.p50)}</span>}
    </div>
  );
}
