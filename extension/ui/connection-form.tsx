import { useState } from 'preact/hooks';
import { randomClientId } from '../random-client-id.ts';
import type { Settings } from '../settings-schema.ts';
import { CopyButton } from './copy-button.tsx';
import { IconButton } from './icon-button.tsx';
import { type Edited, setClientId, setRelayUrl, setToken } from './settings-edits.ts';
import { t } from './t.ts';
import { TextSetting } from './text-setting.tsx';
import { useWorkspace } from './workspace.tsx';

/** Relay URL, client ID and token. `hints` says a line about each. */
export function ConnectionForm({ hints }: { hints?: boolean }) {
  const { settings, edit } = useWorkspace();
  const [tokenShown, setTokenShown] = useState(false);
  const save =
    (field: 'relayUrl' | 'clientId' | 'token', apply: (settings: Settings, text: string) => Edited) => (text: string) =>
      edit((current) => apply(current, text), ['savedField', { field: t(field) }]);
  const saveClientId = save('clientId', setClientId);
  const hint = (key: 'relayUrlHint' | 'clientIdHint' | 'tokenHint') => (hints ? t(key) : undefined);

  return (
    <div class="connection-form">
      <TextSetting
        label={t('relayUrl')}
        value={settings.relayUrl}
        onSave={save('relayUrl', setRelayUrl)}
        hint={hint('relayUrlHint')}
      />
      <TextSetting label={t('clientId')} value={settings.clientId} onSave={saveClientId} hint={hint('clientIdHint')}>
        <CopyButton text={settings.clientId} label={t('clientIdCopy')} />
        <IconButton icon="random" label={t('clientIdRandom')} onClick={() => void saveClientId(randomClientId())} />
      </TextSetting>
      <TextSetting
        label={t('token')}
        value={settings.token}
        masked={!tokenShown}
        placeholder={t('tokenPlaceholder')}
        onSave={save('token', setToken)}
        hint={hint('tokenHint')}
      >
        <IconButton
          icon={tokenShown ? 'hide' : 'show'}
          label={t(tokenShown ? 'tokenHide' : 'tokenShow')}
          onClick={() => setTokenShown(!tokenShown)}
        />
      </TextSetting>
    </div>
  );
}
