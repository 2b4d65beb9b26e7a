import { PathText } from '../../ui/path-text.tsx';
import { t } from '../../ui/t.ts';
import type { SeenCall } from '../search-messages.ts';

/** The calls seen while watching. */
export function SeenCalls({ calls }: { calls: readonly SeenCall[] }) {
  return (
    <ol class="seen-calls" aria-label={t('finderCalls')}>
      {calls.map((call, index) => (
        // Calls are only appended.
        <li key={index}>
          <PathText path={call.path} />
          <dl>
            <dt>{t('finderCallArguments')}</dt>
            <dd class="mono">{call.args.length > 0 ? call.args.join(', ') : '–'}</dd>
            <dt>{t(call.end.kind === 'threw' ? 'finderCallThrew' : 'finderCallReturned')}</dt>
            <dd class={call.end.kind === 'threw' ? 'mono error' : 'mono'}>
              {call.end.kind === 'running' ? t('tryRunning') : call.end.value}
            </dd>
          </dl>
        </li>
      ))}
    </ol>
  );
}
