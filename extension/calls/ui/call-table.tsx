import type { CallEntry, CallOutcome, CallPayload } from '../../platform/messages.ts';
import { headlineOf } from '../../ui/headline-of.ts';
import { t } from '../../ui/t.ts';
import { describeCaller } from './describe-caller.ts';
import { formatMs } from './format-ms.ts';

const COLUMNS = ['callTime', 'callCaller', 'callDuration', 'callOutcome'] as const;

/** One row per call; below it the error, and the payload if it was kept. */
export function CallTable({ name, entries }: { name: string; entries: readonly CallEntry[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section class="call-rows" tabIndex={0} aria-label={t('callsLast', { name })}>
      <table class="call-table">
        <thead>
          <tr>
            {COLUMNS.map((key) => (
              <th key={key} scope="col">
                {t(key)}
              </th>
            ))}
          </tr>
        </thead>
        {entries.map((entry) => (
          <tbody key={entry.id}>
            <CallRow entry={entry} />
          </tbody>
        ))}
      </table>
    </section>
  );
}

function CallRow({ entry: { at, ms, caller, outcome, payload } }: { entry: CallEntry }) {
  const { name, way } = describeCaller(caller);
  return (
    <>
      <tr>
        <td class="mono">
          <time datetime={new Date(at).toISOString()}>{formatTime(at)}</time>
        </td>
        <td class="call-caller" title={name === undefined ? undefined : `${name} · ${t(...way)}`}>
          {name ?? t(...way)}
        </td>
        <td class="call-duration">{formatMs(ms)}</td>
        <td>
          <OutcomeMark outcome={outcome} />
        </td>
      </tr>
      {outcome !== 'ok' && outcome !== 'cancelled' && (
        <tr class="call-more">
          <td colSpan={COLUMNS.length}>
            {t(...headlineOf(outcome))} <code class="muted">{outcome}</code>
          </td>
        </tr>
      )}
      {payload && (
        <tr class="call-more">
          <td colSpan={COLUMNS.length}>
            <Payload payload={payload} />
          </td>
        </tr>
      )}
    </>
  );
}

function OutcomeMark({ outcome }: { outcome: CallOutcome }) {
  if (outcome === 'cancelled') return <span class="mark muted">{t('outcomeCancelled')}</span>;
  const isGood = outcome === 'ok';
  return (
    <span class={isGood ? 'mark good' : 'mark bad'}>
      <span class={isGood ? 'dot' : 'dot hollow'} aria-hidden="true" />
      {t(isGood ? 'outcomeOk' : 'outcomeFailed')}
    </span>
  );
}

function Payload({ payload: { args, answer } }: { payload: CallPayload }) {
  return (
    <details class="call-payload">
      <summary>{t('callPayload')}</summary>
      <pre>{args}</pre>
      <pre>{answer}</pre>
    </details>
  );
}

function formatTime(at: number): string {
  const parts = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const;
  return new Intl.DateTimeFormat(t('language'), parts).format(at);
}
