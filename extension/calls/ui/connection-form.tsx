import { useState } from 'preact/hooks';
import { randomClientId } from '../../sites/random-client-id.ts';
import { CopyButton } from '../../sites/ui/copy-button.tsx';
import { setClientId, setRelayUrl, setToken } from '../../sites/ui/settings-edits.ts';
import { TextSetting } from '../../sites/ui/text-setting.tsx';
import { useManaged, useWorkspace } from '../../sites/ui/workspace.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { t } from '../../ui/t.ts';

/** Relay URL, client ID and token. `hints` adds a hint to each. */
export function ConnectionForm({ hints }: { hints?: boolean }) {
  const { settings, edit } = useWorkspace();
  const [urlManaged, idManaged, tokenManaged] = [useManaged('relayUrl'), useManaged('clientId'), useManaged('token')];
  const [tokenShown, setTokenShown] = useState(false);
  const takeRandomId = () =>
    edit((current) => setClientId(current, randomClientId()), ['savedField', { field: t('clientId') }]);
  const hint = (key: 'relayUrlHint' | 'clientIdHint' | 'tokenHint') => (hints ? t(key) : undefined);

  return (
    <div class="connection-form">
      <TextSetting
        label={t('relayUrl')}
        value={settings.relayUrl}
        change={setRelayUrl}
        hint={hint('relayUrlHint')}
        managed={urlManaged}
      />
      <TextSetting
        label={t('clientId')}
        value={settings.clientId}
        change={setClientId}
        hint={hint('clientIdHint')}
        managed={idManaged}
      >
        <CopyButton text={settings.clientId} label={t('clientIdCopy')} />
        {!idManaged && <IconButton icon="random" label={t('clientIdRandom')} onClick={() => void takeRandomId()} />}
      </TextSetting>
      <TextSetting
        label={t('token')}
        value={settings.token}
        masked={!tokenShown}
        placeholder={t('tokenPlaceholder')}
        change={setToken}
        hint={hint('tokenHint')}
        managed={tokenManaged}
      >
        {!tokenManaged && (
          <IconButton
            icon={tokenShown ? 'hide' : 'show'}
            label={t(tokenShown ? 'tokenHide' : 'tokenShow')}
            onClick={() => setTokenShown(!tokenShown)}
          />
        )}
      </TextSetting>
    </div>
  );
}
