import type { RefObject } from 'preact';
import { useState } from 'preact/hooks';
import type { RelayApi } from '../relay-api.ts';
import type { ServedClient } from '../served-clients.ts';
import { argumentsOf, NEW_DRAFT, type TryDraft, targetOf, timeoutMsOf } from '../try-draft.ts';
import { useTexts } from '../use-texts.ts';
import { TryArguments } from './try-arguments.tsx';
import { TryOutcome } from './try-outcome.tsx';
import { type Chosen, TryWhom, whomOf } from './try-whom.tsx';
import { useRun } from './use-run.ts';

interface Props {
  clients: readonly ServedClient[];
  chosen: Chosen;
  onChoose(chosen: Chosen): void;
  api: RelayApi;
  field: RefObject<HTMLTextAreaElement | null>;
}

/** A form for a trial call. */
export function TryPanel({ clients, chosen, onChoose, api, field }: Props) {
  const t = useTexts();
  const [draft, setDraft] = useState<TryDraft>(NEW_DRAFT);
  const [complaint, setComplaint] = useState<string>();
  const { run, start, cancel } = useRun(api);
  const { client, fn } = whomOf(clients, chosen);
  const isRunning = run.status === 'running';

  const submit = () => {
    const timeoutMs = timeoutMsOf(draft);
    const read = argumentsOf(draft);
    if (!read.ok) setComplaint(read.why === 'not-json' ? t.tryNotJson(read.reason) : t.tryNotArray);
    else if (!isRunning && client && fn && timeoutMs !== undefined)
      start({ clientId: client.clientId, fn: fn.name, args: read.args, target: targetOf(draft, fn), timeoutMs });
  };
  const edit = (changes: Partial<TryDraft>) => {
    setDraft({ ...draft, ...changes });
    setComplaint(undefined);
  };

  const isNobodyThere = clients.length === 0 && chosen.clientId === undefined;
  return (
    <section class="card" aria-labelledby="try-title">
      <h2 id="try-title">{t.tryTitle}</h2>
      {isNobodyThere && <p class="muted">{t.tryNobody}</p>}
      <form
        class="try-form"
        noValidate
        hidden={isNobodyThere}
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <TryWhom clients={clients} chosen={chosen} onChoose={onChoose} draft={draft} onEdit={edit} />
        <TryArguments draft={draft} complaint={complaint} onEdit={edit} onSubmit={submit} field={field} />
        <div class="form-actions">
          {!client && <p class="error">{t.tryGone}</p>}
          {isRunning && (
            <button type="button" onClick={cancel}>
              {t.tryCancel}
            </button>
          )}
          <button type="submit" class="primary" disabled={!fn || isRunning}>
            {t.tryRun}
          </button>
        </div>
      </form>
      <output class="answer" for="try-arguments" aria-label={t.tryAnswer}>
        {isRunning && <p class="muted">{t.tryRunning}</p>}
        {run.status === 'ended' && <TryOutcome ended={run.ended} />}
      </output>
    </section>
  );
}
