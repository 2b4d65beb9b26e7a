import { formatMs } from '../format-numbers.ts';
import type { RecentCall } from '../relay-view.ts';
import { useTag, useTexts } from '../use-texts.ts';

const MAX_SHOWN = 30;

export function RecentCalls({ calls }: { calls: readonly RecentCall[] }) {
  const t = useTexts();
  const shown = calls.slice(0, MAX_SHOWN);
  return (
    <section class="card" aria-labelledby="calls-title">
      <h2 id="calls-title">{t.callsTitle}</h2>
      {calls.length === 0 ? (
        <p class="muted">{t.callsNone}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        <section class="recent" tabIndex={0} aria-labelledby="calls-title">
          <table>
            <thead>
              <tr>
                <th scope="col">{t.callTime}</th>
                <th scope="col">{t.callClient}</th>
                <th scope="col">{t.callFunction}</th>
                <th scope="col">{t.callOutcome}</th>
                <th scope="col">{t.callTook}</th>
                <th scope="col">{t.callVia}</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((call) => (
                <Call key={call.id} call={call} />
              ))}
            </tbody>
          </table>
        </section>
      )}
      {hasGaps(shown) && <p class="muted">{t.callsNotShown}</p>}
    </section>
  );
}

function hasGaps(calls: readonly RecentCall[]): boolean {
  const [newest, oldest] = [calls[0], calls.at(-1)];
  return newest !== undefined && oldest !== undefined && newest.id - oldest.id >= calls.length;
}

function Call({ call: { at, clientId, fn, outcome, ms, via } }: { call: RecentCall }) {
  const t = useTexts();
  const tag = useTag();
  const isOk = outcome === 'ok';
  return (
    <tr>
      <td class="muted">{at.toLocaleTimeString(tag, { hour12: false })}</td>
      <td class="mono">
        <bdi>{clientId}</bdi>
      </td>
      <td class="mono">
        <bdi>{fn ?? t.none}</bdi>
      </td>
      <td>
        <span class={`mark ${isOk ? 'good' : 'bad'}`}>
          <span class={isOk ? 'dot' : 'dot hollow'} aria-hidden="true" />
          {isOk ? t.callOk : outcome}
        </span>
      </td>
      <td class="number">{formatMs(ms, tag)}</td>
      <td class="muted">{via === 'http' ? 'HTTP' : 'WebSocket'}</td>
    </tr>
  );
}
