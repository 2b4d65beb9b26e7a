import { useId, useState } from 'preact/hooks';
import { exportSettings } from '../sites/settings-schema.ts';
import { useWorkspace } from '../sites/ui/workspace.tsx';
import { downloadJson } from '../ui/download-json.ts';
import { t } from '../ui/t.ts';
import { type ImportReading, readImport } from './read-import.ts';

/** Export and import of settings; an import is shown before it is applied. */
export function TransferSection() {
  const { settings, managed, edit, tell } = useWorkspace();
  const [reading, setReading] = useState<ImportReading>();
  const headingId = useId();

  const apply = async ({ settings: imported }: Extract<ImportReading, { kind: 'readable' }>) => {
    // The token may have changed since the file was read.
    await edit(({ token }) => ({ ...imported, token }), ['importApplied']);
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
            onApply={(readable) => void apply(readable)}
            onCancel={() => setReading(undefined)}
          />
        )}
      </div>
    </section>
  );
}

interface ReportProps {
  reading: ImportReading;
  onApply(reading: Extract<ImportReading, { kind: 'readable' }>): void;
  onCancel(): void;
}

function ImportReport({ reading, onApply, onCancel }: ReportProps) {
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
              <li key={change.join()}>{t(...change)}</li>
            ))}
          </ul>
          <div class="form-actions">
            <button type="button" onClick={onCancel}>
              {t('cancel')}
            </button>
            <button type="button" class="primary" onClick={() => onApply(reading)}>
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
