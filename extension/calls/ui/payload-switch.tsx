import { useEffect, useState } from 'preact/hooks';
import { t } from '../../ui/t.ts';
import { ask } from './ask.ts';
import { useCalls } from './use-calls.tsx';

/** Switches the logging of arguments and answers on: off by default and after each start of the background. */
export function PayloadSwitch() {
  const kept = useCalls()?.keepsPayloads;
  // Shows the user's choice at once.
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
          void ask('keep-payloads', { on: checked });
        }}
      />
      {t('callsKeep')}
    </label>
  );
}
