import { useState } from 'preact/hooks';
import { CallError } from '../../../shared/errors.ts';
import { parsePathKeys } from '../../../shared/path-keys.ts';
import { snippetFor } from '../../http/snippet/snippet-for.ts';
import { socketUrl } from '../socket-url.ts';
import { useTexts } from '../use-texts.ts';
import { CopyButton } from './copy-button.tsx';
import { TextField } from './text-field.tsx';

/** The script to paste. It is built here, so that a token never appears in a request URL. */
export function PastePanel({ needsToken }: { needsToken: boolean }) {
  const t = useTexts();
  const [clientId, setClientId] = useState('my-page');
  const [path, setPath] = useState('shop.crypto.encrypt');
  const [token, setToken] = useState('');
  const made = makeScript(clientId, path, needsToken ? token.trim() : '');
  return (
    <section class="card" aria-labelledby="paste-title">
      <details>
        <summary>
          <h2 id="paste-title">{t.pasteTitle}</h2>
        </summary>
        <p class="muted">{t.pasteDetail}</p>
        <form class="paste-fields" onSubmit={(event) => event.preventDefault()}>
          <TextField label={t.pasteClientId} value={clientId} onInput={setClientId} />
          <TextField
            label={t.pastePath}
            value={path}
            onInput={setPath}
            complaint={made.ok ? undefined : made.message}
          />
          {needsToken && (
            <TextField label={t.pasteToken} value={token} onInput={setToken} hint={t.pasteTokenHint} isSecret />
          )}
        </form>
        {made.ok && (
          <>
            <textarea
              class="mono script"
              rows={7}
              readOnly
              spellcheck={false}
              aria-label={t.pasteScript}
              value={made.shown}
            />
            <div class="form-actions start">
              <CopyButton text={made.script} label={t.pasteCopy} />
            </div>
          </>
        )}
      </details>
    </section>
  );
}

type Made = { ok: true; script: string; shown: string } | { ok: false; message: string };

/** `shown` hides the token, because others may see the screen. */
function makeScript(clientId: string, path: string, token: string): Made {
  try {
    const keys = parsePathKeys(path);
    const write = (url: string) => snippetFor({ url, clientId, path, keys });
    return { ok: true, script: write(socketUrl(location, token)), shown: write(socketUrl(location, token && '•••')) };
  } catch (thrown) {
    return { ok: false, message: CallError.from(thrown).message };
  }
}
