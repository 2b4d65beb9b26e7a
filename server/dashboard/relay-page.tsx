import { useMemo, useRef, useState } from 'preact/hooks';
import { Charts } from './panels/charts.tsx';
import { ClientList } from './panels/client-list.tsx';
import { OpenWarning } from './panels/open-warning.tsx';
import { PastePanel } from './panels/paste-panel.tsx';
import { RecentCalls } from './panels/recent-calls.tsx';
import { Tiles } from './panels/tiles.tsx';
import { TryPanel } from './panels/try-panel.tsx';
import type { Chosen } from './panels/try-whom.tsx';
import type { RelayApi } from './relay-api.ts';
import type { Picture } from './relay-feed.ts';
import { servedClients } from './served-clients.ts';
import { useTexts } from './use-texts.ts';

/** The page after sign-in. */
export function RelayPage({ picture: { link, view, stats, points }, api }: { picture: Picture; api: RelayApi }) {
  const t = useTexts();
  const clients = useMemo(() => servedClients(view.clients), [view.clients]);
  const [chosen, setChosen] = useState<Chosen>({ clientId: undefined, fn: undefined });
  const argumentsField = useRef<HTMLTextAreaElement>(null);
  const choose = (clientId: string, fn: string) => {
    setChosen({ clientId, fn });
    argumentsField.current?.focus();
  };
  return (
    <main>
      {link.status === 'lost' && (
        <p class="callout alarm" role="alert">
          <strong class="bad">{t.linkLost}</strong> {t.linkLostDetail}
        </p>
      )}
      {stats && <OpenWarning open={stats.open} />}
      <Tiles clients={clients.length} stats={stats} point={points.at(-1)} />
      <Charts points={points} />
      <div class="columns">
        <ClientList clients={clients} isKnown={link.status !== 'connecting'} onTry={choose} />
        <TryPanel clients={clients} chosen={chosen} onChoose={setChosen} api={api} field={argumentsField} />
      </div>
      <RecentCalls calls={view.calls} />
      <PastePanel needsToken={stats?.open === 'closed'} />
    </main>
  );
}
