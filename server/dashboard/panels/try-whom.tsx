import type { ServedFunction } from '../../../shared/protocol.ts';
import type { ServedClient } from '../served-clients.ts';
import { type TryDraft, timeoutMsOf } from '../try-draft.ts';
import { useTexts } from '../use-texts.ts';
import { SelectField } from './select-field.tsx';
import { TextField } from './text-field.tsx';

/** What to call; undefined means the first one. */
export interface Chosen {
  readonly clientId: string | undefined;
  readonly fn: string | undefined;
}

interface Whom {
  readonly client: ServedClient | undefined;
  readonly fn: ServedFunction | undefined;
}

/** Finds the chosen client and function, if connected. */
export function whomOf(clients: readonly ServedClient[], { clientId, fn }: Chosen): Whom {
  const client = clientId === undefined ? clients[0] : clients.find((one) => one.clientId === clientId);
  return { client, fn: client?.functions.find(({ name }) => name === fn) ?? client?.functions[0] };
}

interface Props {
  clients: readonly ServedClient[];
  chosen: Chosen;
  onChoose(chosen: Chosen): void;
  draft: TryDraft;
  onEdit(changes: Partial<TryDraft>): void;
}

/** Picks client, function, tab and timeout. */
export function TryWhom({ clients, chosen, onChoose, draft, onEdit }: Props) {
  const t = useTexts();
  const { client, fn } = whomOf(clients, chosen);
  const there = clients.map(({ clientId }) => clientId);
  // A disconnected client stays chosen, because it may reconnect.
  const gone = !client && chosen.clientId !== undefined ? [chosen.clientId] : [];
  return (
    <div class="try-whom">
      <SelectField
        label={t.tryClient}
        value={client?.clientId ?? chosen.clientId ?? ''}
        options={[...gone, ...there].map(same)}
        onSelect={(clientId) => onChoose({ clientId, fn: undefined })}
      />
      <SelectField
        label={t.tryFunction}
        value={fn?.name ?? ''}
        options={client?.functions.map(({ name }) => same(name)) ?? []}
        onSelect={(name) => onChoose({ clientId: client?.clientId, fn: name })}
      />
      {fn && fn.tabs.length > 1 && <TabField fn={fn} draft={draft} onEdit={onEdit} />}
      <TextField
        label={t.tryTimeout}
        value={draft.seconds}
        isNumber
        complaint={timeoutMsOf(draft) === undefined ? t.tryTimeoutWrong : undefined}
        onInput={(seconds) => onEdit({ seconds })}
      />
    </div>
  );
}

/** More would make the page slow. */
const MAX_TABS_OFFERED = 500;

function TabField({ fn: { tabs }, draft, onEdit }: Pick<Props, 'draft' | 'onEdit'> & { fn: ServedFunction }) {
  const t = useTexts();
  const isThere = tabs.some(({ tabId }) => String(tabId) === draft.tabId);
  const options = tabs.slice(0, MAX_TABS_OFFERED).map(({ tabId, url }) => ({ value: String(tabId), label: url }));
  return (
    <SelectField
      label={t.tryTarget}
      value={isThere ? draft.tabId : ''}
      options={[{ value: '', label: t.tryAnyTab }, ...options]}
      onSelect={(tabId) => onEdit({ tabId })}
    />
  );
}

function same(value: string): { value: string; label: string } {
  return { value, label: value };
}
