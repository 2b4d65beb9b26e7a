import { type Text, t } from '../../ui/t.ts';
import type { GuessedFunction } from './guess-capture.ts';

interface Props {
  /** The innermost first. */
  functions: readonly GuessedFunction[];
  index: number;
  onStep(index: number): void;
}

/** Says which function will be captured, and steps to the enclosing ones and back. */
export function FunctionChoice({ functions, index, onStep }: Props) {
  const chosen = functions[index];
  if (!chosen) return <p class="hint">{t('guessNone')}</p>;
  return (
    <div class="function-choice">
      <div role="status">
        <p>
          <strong>{t(...wordsFor(chosen))}</strong>{' '}
          <span class="muted">{t('guessParams', { count: chosen.params })}</span>
        </p>
        <p class="capture-excerpt mono">{chosen.excerpt}</p>
        {chosen.reason !== undefined && <p class="hint">{t('guessReason', { reason: chosen.reason })}</p>}
      </div>
      {functions.length > 1 && (
        <div class="function-steps">
          <button type="button" disabled={index === functions.length - 1} onClick={() => onStep(index + 1)}>
            {t('guessOuter')}
          </button>
          <button type="button" disabled={index === 0} onClick={() => onStep(index - 1)}>
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
