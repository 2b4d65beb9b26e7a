import { useId, useState } from 'preact/hooks';
import { exportSettings, type Settings } from '../sites/settings-schema.ts';
import { useWorkspace } from '../sites/ui/workspace.tsx';
import { downloadJson } from '../ui/download-json.ts';
import { Field } from '../ui/field.tsx';
import { t } from '../ui/t.ts';
import { type ImportReading, readImport } from './read-import.ts';

/** Export and import of settings; an import is shown before it is applied. */
export function TransferSection() {
  const { settings, managed, edit, tell } = useWorkspace();
  const [reading, setReading] = useState<ImportReading>();
  const headingId = useId();

  const apply = async ({ settings: imported }: Readable, newToken: string) => {
    // Token and relay may have changed since the file was read. A token never goes to another relay than its own.
    const tokenFor = ({ relayUrl, token }: Settings) => (relayUrl === imported.relayUrl ? token : newToken);
    await edit((current) => ({ ...imported, token: tokenFor(current) }), ['importApplied']);
    setReading(undefined);
  };

  return (
    <section class="card" aria-labelledby={headingId}>
      <h2 id={headingId}>{t('transferHeading')}</h2>
      <p class="muted">{t('transferHint')}</p>
      <div class="transfer">
        <button
          type="button"
          onClick={() => {
            downloadJson('pagewire-settings.json', exportSettings(settings));
            tell(['exported']);
          }}
        >
          {t('exportButton')}
        </button>
        <label class="button">
          {t('importFile')}
          <input
            class="visually-hidden"
            type="file"
            accept=".json,application/json"
            onChange={async ({ currentTarget: input }) => {
              const file = input.files?.[0];
              if (!file) return;
              setReading(readImport(file.name, await file.text(), settings, managed));
              // Allows choosing the same file again.
              input.value = '';
            }}
          />
        </label>
      </div>
      <div aria-live="polite">
        {reading && (
          <ImportReport
            reading={reading}
            relayUrl={settings.relayUrl}
            onApply={(readable, token) => void apply(readable, token)}
            onCancel={() => setReading(undefined)}
          />
        )}
      </div>
    </section>
  );
}

type Readable = Extract<ImportReading, { kind: 'readable' }>;

interface ReportProps {
  reading: ImportReading;
  /** The current one. */
  relayUrl: string;
  onApply(reading: Readable, newToken: string): void;
  onCancel(): void;
}

function ImportReport({ reading, relayUrl, onApply, onCancel }: ReportProps) {
  const [token, setToken] = useState('');
  const { file } = reading;
  switch (reading.kind) {
    case 'not-json':
      return <ImportRefusal file={file} reason={t('importNotJson', { reason: reading.reason })} />;
    case 'invalid': {
      const reason = t(...reading.text);
      const { place } = reading;
      return <ImportRefusal file={file} reason={place ? t('invalidAt', { place, reason }) : reason} />;
    }
    case 'readable':
      if (reading.changes.length === 0) return <p class="callout">{t('importNothing', { file })}</p>;
      return (
        <div class="callout">
          <p>
            <strong>{t('importPreview', { file })}</strong>
          </p>
          <ul>
            {reading.changes.map((change) => (
              <li key={JSON.stringify(change)}>{t(...change)}</li>
            ))}
          </ul>
          {reading.asksToken && (
            <Field
              label={t('importToken', { relay: reading.settings.relayUrl })}
              value={token}
              masked
              onInput={setToken}
              placeholder={t('tokenPlaceholder')}
              hint={t('importTokenHint', { relay: relayUrl })}
            />
          )}
          <div class="form-actions">
            <button type="button" onClick={onCancel}>
              {t('cancel')}
            </button>
            <button type="button" class="primary" onClick={() => onApply(reading, token.trim())}>
              {t('importApply')}
            </button>
          </div>
        </div>
      );
  }
}

function ImportRefusal({ file, reason }: { file: string; reason: string }) {
  return (
    <div class="callout bad" role="alert">
      <p>
        <strong>{t('importRefused', { file })}</strong>
      </p>
      <p>{reason}</p>
    </div>
  );
}
