import { useEffect, useState } from 'preact/hooks';
import type { RelayStatus } from '../../platform/messages.ts';
import { setOn } from '../../sites/ui/settings-edits.ts';
import { useManaged, useWorkspace } from '../../sites/ui/workspace.tsx';
import { t } from '../../ui/t.ts';
import { useSteady } from '../../ui/use-steady.ts';
import { ask } from './ask.ts';
import { currentStatus, describeStatus } from './describe-status.ts';
import { useStatus } from './use-status.ts';

/** The state of the connection: on or off, connected or the reason why not, and what to do. */
export function ConnectionStatus() {
  const { settings } = useWorkspace();
  const status = currentStatus(useStatus(), settings);
  const { tone, title, url } = describeStatus(status);
  // Only the first line has a constant height. The texts below it and a line with a button do not.
  const steady = useSteady(status);
  const { detail, reason, advice, canReconnect } = describeStatus(steady);
  return (
    <section class="status" data-tone={tone}>
      <div class="status-line">
        <div role="status" aria-label={t('statusLabel')} class="status-words">
          <span class="dot" aria-hidden="true" />
          <strong>{t(...title)}</strong>
          {url && <span class="status-url mono">{url}</span>}
        </div>
        {canReconnect && (
          <button type="button" onClick={() => void ask('reconnect', {})}>
            {t('reconnect')}
          </button>
        )}
      </div>
      {(detail || reason || advice) && (
        <div class="status-more">
          {detail && <p>{t(...detail)}</p>}
          {reason && <p>{reason}</p>}
          {advice && <p class="muted">{t(...advice)}</p>}
          {steady?.state === 'waiting' && <Countdown status={steady} />}
        </div>
      )}
    </section>
  );
}

/** Outside of the live region, so that screen readers do not read out each second. */
function Countdown({ status: { retryAt } }: { status: Extract<RelayStatus, { state: 'waiting' }> }) {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.ceil((retryAt - now) / 1_000);
  return <p class="muted">{seconds > 0 ? t('statusRetryIn', { seconds }) : t('statusRetrySoon')}</p>;
}

export function ConnectionSwitch() {
  const { settings, edit } = useWorkspace();
  const managed = useManaged('on');
  const toggle = (on: boolean) => void edit((current) => setOn(current, on), [on ? 'switchedOn' : 'switchedOff']);
  return (
    <label class="switch" title={managed ? t('managedByAdministrator') : undefined}>
      <span aria-hidden="true">{t(settings.on ? 'switchOn' : 'switchOff')}</span>
      <input
        type="checkbox"
        role="switch"
        aria-label={t('connectSwitch')}
        aria-checked={settings.on}
        checked={settings.on}
        disabled={managed}
        onChange={(event) => toggle(event.currentTarget.checked)}
      />
    </label>
  );
}
