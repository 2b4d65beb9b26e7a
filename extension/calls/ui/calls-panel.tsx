import type { CallSummary } from '../../platform/messages.ts';
import { Command } from '../../sites/ui/command.tsx';
import { useWorkspace } from '../../sites/ui/workspace.tsx';
import { t } from '../../ui/t.ts';
import { ask } from './ask.ts';
import { callCommand } from './call-command.ts';
import { CallTable } from './call-table.tsx';
import { formatMs } from './format-ms.ts';
import { LatencyChart } from './latency-chart.tsx';
import { PayloadSwitch } from './payload-switch.tsx';
import { useCallEntries, useCalls, useCallsOf } from './use-calls.tsx';

interface Props {
  name: string;
  /** The most calls to show; all if absent. */
  limit?: number | undefined;
}

/** Counters, chart and last calls of a function; without calls, a command that makes one. */
export function CallsPanel({ name, limit }: Props) {
  const { tell } = useWorkspace();
  const since = useCalls()?.since;
  const summary = useCallsOf(name);
  const entries = useCallEntries(name);
  const clear = async () => {
    await ask('clear-calls', { name });
    tell(['callsCleared', { name }]);
  };
  return (
    <div class="calls">
      {summary && summary.calls > 0 && <Counters summary={summary} />}
      {summary && summary.recent.length > 1 && <LatencyChart recent={summary.recent} />}
      {entries && entries.length > 0 && <CallTable name={name} entries={entries.slice(0, limit)} />}
      {entries?.length === 0 && <FirstCall name={name} />}
      <PayloadSwitch />
      <div class="calls-foot">
        <p class="hint">{since !== undefined && t('callsSince', { time: formatTime(since) })}</p>
        {summary && summary.calls > 0 && (
          <button type="button" class="quiet" aria-label={t('callsClearNamed', { name })} onClick={() => void clear()}>
            {t('callsClear')}
          </button>
        )}
      </div>
    </div>
  );
}

function Counters({ summary: { calls, failures, running, p50 = 0, p95 = 0 } }: { summary: CallSummary }) {
  const counters = [
    [t('callsTotal'), String(calls)],
    [t('callsFailures'), String(failures)],
    [t('callsRunning'), String(running)],
    [t('callsP50'), formatMs(p50)],
    [t('callsP95'), formatMs(p95)],
  ] as const;
  return (
    <dl class="counters">
      {counters.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function FirstCall({ name }: { name: string }) {
  const { settings } = useWorkspace();
  return (
    <div class="first-call">
      <p>{t('callsEmpty')}</p>
      <Command text={callCommand(settings.relayUrl, settings.clientId, name)} />
      <p class="hint">{t('callsEmptyToken')}</p>
    </div>
  );
}

function formatTime(at: number): string {
  return new Intl.DateTimeFormat(t('language'), { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(at);
}
