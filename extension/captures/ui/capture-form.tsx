import { useEffect, useId, useState } from 'preact/hooks';
import { mayDebug } from '../../platform/own-permissions.ts';
import { EntryForm, type EntryFormProps } from '../../ui/entry-form.tsx';
import { t } from '../../ui/t.ts';
import type { CaptureEntry } from './capture-edits.ts';
import { loadExpressionCheck } from './check-expression.ts';
import { FunctionChoice } from './function-choice.tsx';
import type { CaptureGuess } from './guess-capture.ts';
import { entryForStep, entryForWay } from './guessed-entry.ts';

/** Adds or edits a capture. What a guess has filled in is folded away. */
export function CaptureForm({ guess, ...props }: EntryFormProps<CaptureEntry> & { guess?: CaptureGuess | undefined }) {
  useEffect(() => void loadExpressionCheck(), []);
  const { functions = [], chosen: start = 0 } = guess ?? {};
  const [index, setIndex] = useState(start);
  const chosen = functions[index];
  // Otherwise an expression is needed.
  const isFolded = chosen !== undefined && chosen.reason === undefined;
  const step = (to: number, entry: CaptureEntry): CaptureEntry => {
    const next = functions[to];
    if (!chosen || !next) return entry;
    setIndex(to);
    return entryForStep(entry, chosen, next);
  };
  return (
    <EntryForm<CaptureEntry>
      {...props}
      intro={(entry, change) =>
        guess && <FunctionChoice functions={functions} index={index} onStep={(to) => change(step(to, entry))} />
      }
      foldedTitle={t('captureAdvanced')}
      fields={[
        { key: 'name', label: t('captureName'), placeholder: 'sign', hint: t('captureNameHint') },
        {
          key: 'script',
          label: t('captureScript'),
          placeholder: '/assets/app-*.js',
          hint: t('captureScriptHint'),
          isFolded,
        },
        {
          key: 'anchor',
          label: t('capturePlace'),
          placeholder: 'function sign(',
          hint: t('capturePlaceHint'),
          isFolded,
        },
        {
          key: 'expression',
          label: t('captureExpression'),
          placeholder: 'sign',
          hint: t('captureExpressionHint'),
          isFolded,
        },
      ]}
      more={(entry, change) =>
        mayDebug() && (
          <BreakpointChoice
            value={entry.breakpoint}
            onChange={(breakpoint) => change(entryForWay(entry, chosen, breakpoint))}
          />
        )
      }
    />
  );
}

function BreakpointChoice({ value, onChange }: { value: boolean; onChange(chosen: boolean): void }) {
  const id = useId();
  return (
    <div class="capture-way">
      <input
        id={id}
        type="checkbox"
        checked={value}
        aria-describedby={`${id}-hint`}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <div>
        <label for={id}>{t('captureBreakpoint')}</label>
        <p id={`${id}-hint`} class="hint">
          {t('captureBreakpointHint')}
        </p>
      </div>
    </div>
  );
}
