import { useState } from 'preact/hooks';
import { type Text, t } from '../../ui/t.ts';
import type { CaptureEntry } from './capture-edits.ts';
import type { CaptureGuess, GuessedFunction } from './guess-capture.ts';

interface Props {
  guess: CaptureGuess;
  entry: CaptureEntry;
  onChange(part: Partial<CaptureEntry>): void;
}

/** Says which function will be captured, and goes on to the enclosing ones and back. */
export function FunctionChoice({ guess: { functions, chosen }, entry, onChange }: Props) {
  const [index, setIndex] = useState(chosen);
  const now = functions[index];
  if (!now) return <p class="hint">{t('guessNone')}</p>;
  const go = (to: number) => {
    const next = functions[to];
    if (!next) return;
    setIndex(to);
    // A name that a person has typed stays.
    const name = entry.name === now.entry.name ? next.entry.name : entry.name;
    onChange({ fingerprint: undefined, ...next.entry, name } as Partial<CaptureEntry>);
  };
  return (
    <div class="function-choice">
      <div role="status">
        <p>
          <strong>{t(...wordsFor(now))}</strong> <span class="muted">{t('guessParams', { count: now.params })}</span>
        </p>
        <p class="capture-excerpt mono">{now.excerpt}</p>
        {now.reason !== undefined && <p class="hint">{t('guessReason', { reason: now.reason })}</p>}
      </div>
      {functions.length > 1 && (
        <div class="function-steps">
          <button type="button" disabled={index === functions.length - 1} onClick={() => go(index + 1)}>
            {t('guessOuter')}
          </button>
          <button type="button" disabled={index === 0} onClick={() => go(index - 1)}>
            {t('guessInner')}
          </button>
        </div>
      )}
    </div>
  );
}

function wordsFor({ kind, name, className }: GuessedFunction): Text {
  if (name === '') return ['guessNameless'];
  if (className === undefined) return ['guessFunction', { name }];
  if (className === '') return ['guessMethodOfNameless', { name }];
  return [kind === 'static' ? 'guessStatic' : 'guessMethod', { name, class: className }];
}
