import { useEffect, useState } from 'preact/hooks';
import { keepPayloads } from '../../ui/requests.ts';
import { t } from '../../ui/t.ts';
import { useCalls } from './use-calls.tsx';

/** Whether arguments and answers are remembered as well: off until the user asks, and again whenever the background starts. */
export function PayloadSwitch() {
  const kept = useCalls()?.keepsPayloads;
  // What was just asked for is shown at once.
  const [wanted, setWanted] = useState<boolean>();
  useEffect(() => setWanted(undefined), [kept]);
  if (kept === undefined) return null;
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={wanted ?? kept}
        onChange={({ currentTarget: { checked } }) => {
          setWanted(checked);
          void keepPayloads(checked);
        }}
      />
      {t('callsKeep')}
    </label>
  );
}
