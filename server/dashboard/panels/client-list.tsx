import { useState } from 'preact/hooks';
import type { ClientInfo, ServedFunction } from '../../../shared/protocol.ts';
import { matching, type ServedClient } from '../served-clients.ts';
import { useTag, useTexts } from '../use-texts.ts';
import { FirstSteps } from './first-steps.tsx';

/** More would make the page slow; the filter finds the others. */
const MAX_SHOWN = 100;
const MAX_FUNCTIONS_SHOWN = 100;
const MAX_TABS_SHOWN = 50;
/** The filter appears above this number of clients. */
const FILTER_FROM = 6;

interface Props {
  clients: readonly ServedClient[];
  /** Whether the relay has sent its clients. */
  isKnown: boolean;
  onTry(clientId: string, fn: string): void;
}

export function ClientList({ clients, isKnown, onTry }: Props) {
  const t = useTexts();
  const [wanted, setWanted] = useState('');
  const found = matching(clients, wanted);
  return (
    <section class="card" aria-labelledby="clients-title">
      <h2 id="clients-title">{t.clientsTitle}</h2>
      {clients.length > FILTER_FROM && (
        <input
          type="text"
          value={wanted}
          placeholder={t.clientsFilter}
          aria-label={t.clientsFilter}
          spellcheck={false}
          onInput={(event) => setWanted(event.currentTarget.value)}
        />
      )}
      {clients.length === 0 && isKnown && <FirstSteps />}
      {clients.length > 0 && found.length === 0 && <p class="muted">{t.clientsNoMatch(wanted)}</p>}
      {found.length > 0 && (
        <ul class="clients">
          {found.slice(0, MAX_SHOWN).map((client) => (
            <Client key={client.clientId} client={client} onTry={onTry} />
          ))}
        </ul>
      )}
      {found.length > MAX_SHOWN && <p class="muted">{t.clientsMore(found.length - MAX_SHOWN)}</p>}
    </section>
  );
}

function Client({
  client: { clientId, connections, functions },
  onTry,
}: { client: ServedClient } & Pick<Props, 'onTry'>) {
  const t = useTexts();
  return (
    <li class="client">
      <div class="client-line">
        <h3 class="mono">
          <bdi>{clientId}</bdi>
        </h3>
        {connections.length > 1 && <span class="tag">{t.clientPool(connections.length)}</span>}
      </div>
      <ul class="browsers muted">
        {connections.slice(0, MAX_SHOWN).map((connection) => (
          <Browser key={connection.connectionId} connection={connection} />
        ))}
      </ul>
      {functions.length === 0 && <p class="muted">{t.clientNoFunctions}</p>}
      <ul class="functions">
        {functions.slice(0, MAX_FUNCTIONS_SHOWN).map((fn) => (
          <FunctionRow key={fn.name} fn={fn} clientId={clientId} onTry={onTry} />
        ))}
        <Rest count={functions.length - MAX_FUNCTIONS_SHOWN} />
      </ul>
    </li>
  );
}

function Rest({ count }: { count: number }) {
  return count > 0 ? <li class="muted">+ {count}</li> : null;
}

function Browser({ connection: { agent, connectedAt } }: { connection: ClientInfo }) {
  const t = useTexts();
  const tag = useTag();
  const since = new Date(connectedAt);
  const isToday = since.toDateString() === new Date().toDateString();
  const time = isToday
    ? since.toLocaleTimeString(tag, { hour12: false })
    : since.toLocaleString(tag, { hour12: false });
  return (
    <li>
      <bdi>{agent ? `${agent.browser} ${agent.browserVersion}` : t.clientPasted}</bdi> · {t.clientSince(time)}
    </li>
  );
}

interface FunctionRowProps extends Pick<Props, 'onTry'> {
  fn: ServedFunction;
  clientId: string;
}

function FunctionRow({ fn: { name, tabs, default: isDefault }, clientId, onTry }: FunctionRowProps) {
  const t = useTexts();
  return (
    <li class="function">
      <div class="function-words">
        <span class="mono function-name">
          <bdi>{name}</bdi>
        </span>
        {isDefault && <span class="tag">{t.functionDefault}</span>}
        <Tabs tabs={tabs} />
      </div>
      <button type="button" aria-label={t.functionTryNamed(name, clientId)} onClick={() => onTry(clientId, name)}>
        {t.functionTry}
      </button>
    </li>
  );
}

function Tabs({ tabs }: Pick<ServedFunction, 'tabs'>) {
  const t = useTexts();
  const [first, ...others] = tabs;
  if (!first) return null;
  if (others.length === 0)
    return (
      <span class="muted tab-url" title={first.url}>
        <bdi>{first.url}</bdi>
      </span>
    );
  return (
    <details class="tabs muted">
      <summary>{t.functionTabs(tabs.length)}</summary>
      <ul>
        {tabs.slice(0, MAX_TABS_SHOWN).map(({ tabId, url }) => (
          <li key={`${tabId} ${url}`} class="tab-url">
            <bdi>{url}</bdi>
          </li>
        ))}
        <Rest count={tabs.length - MAX_TABS_SHOWN} />
      </ul>
    </details>
  );
}
