import { downloadJson } from '../../ui/download-json.ts';
import { t } from '../../ui/t.ts';
import { forgetLost, readUnreadable } from '../settings.ts';

/** Says which stored settings could not be read, until the user has seen it, and offers the original ones. */
export function LostSettings({ places }: { places: readonly string[] }) {
  if (places.length === 0) return null;
  return (
    <div class="callout bad" role="alert">
      <p>{t('settingsLost', { places: places.join(', ') })}</p>
      <div class="form-actions">
        <button type="button" onClick={async () => downloadJson('pagewire-settings-old.json', await readUnreadable())}>
          {t('settingsLostSave')}
        </button>
        <button type="button" onClick={() => void forgetLost()}>
          {t('settingsLostSeen')}
        </button>
      </div>
    </div>
  );
}
