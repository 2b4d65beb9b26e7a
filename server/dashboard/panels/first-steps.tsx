import { socketUrl } from '../socket-url.ts';
import { useTexts } from '../use-texts.ts';
import { CopyButton } from './copy-button.tsx';

/** Shown while no client is connected. */
export function FirstSteps() {
  const t = useTexts();
  const url = socketUrl(location).replace(/^(wss?:\/\/[^/]+)\/$/, '$1');
  return (
    <div class="first-steps">
      <div>
        <strong>{t.emptyTitle}</strong>
        <p>{t.emptyDetail}</p>
      </div>
      <ol>
        <li>{t.emptyExtension}</li>
        <li>
          {t.emptyRelayUrl} <code class="mono">{url}</code> <CopyButton text={url} />
        </li>
        <li>{t.emptyFunction}</li>
      </ol>
      <p class="muted">{t.emptyPaste}</p>
    </div>
  );
}
