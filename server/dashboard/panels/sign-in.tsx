import { useEffect, useRef, useState } from 'preact/hooks';
import type { CallError } from '../../../shared/errors.ts';
import type { Texts } from '../texts/texts.ts';
import { useTexts } from '../use-texts.ts';
import { TextField } from './text-field.tsx';

interface Props {
  /** Why the last token was refused. */
  refusal: CallError | undefined;
  onToken(token: string): void;
}

export function SignIn({ refusal, onToken }: Props) {
  const t = useTexts();
  const [token, setToken] = useState('');
  const [isShown, setShown] = useState(false);
  const [complaint, setComplaint] = useState<string>();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  return (
    <main class="sign-in">
      <form
        class="card"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          const entered = token.trim();
          setComplaint(entered === '' ? t.signInMissing : undefined);
          if (entered !== '') onToken(entered);
        }}
      >
        <h2>{t.signInTitle}</h2>
        <p class="muted">{t.signInDetail}</p>
        <TextField
          label={t.signInToken}
          value={token}
          isSecret={!isShown}
          complaint={complaint ?? (refusal && reasonOf(refusal, t))}
          field={field}
          onInput={(text) => {
            setToken(text);
            setComplaint(undefined);
          }}
        />
        <div class="form-actions">
          <label class="check">
            <input type="checkbox" checked={isShown} onChange={(event) => setShown(event.currentTarget.checked)} />
            {t.signInShow}
          </label>
          <button type="submit" class="primary">
            {t.signInSubmit}
          </button>
        </div>
      </form>
    </main>
  );
}

function reasonOf({ code, message }: CallError, t: Texts): string {
  if (code === 'unauthorized') return t.signInUnknown;
  if (code === 'rate_limited') return t.signInTooMany;
  return code === 'forbidden' ? t.signInWrongRole : message;
}
