import { useEffect, useId } from 'preact/hooks';
import { mayDebug } from '../../platform/own-permissions.ts';
import { EntryForm, type EntryFormProps } from '../../ui/entry-form.tsx';
import { t } from '../../ui/t.ts';
import type { CaptureEntry } from './capture-edits.ts';
import { loadExpressionCheck } from './check-expression.ts';
import { FunctionChoice } from './function-choice.tsx';
import type { CaptureGuess } from './guess-capture.ts';

/** Adds or edits a capture. With a guess, what it says is folded away. */
export function CaptureForm({ guess, ...props }: EntryFormProps<CaptureEntry> & { guess?: CaptureGuess | undefined }) {
  useEffect(() => void loadExpressionCheck(), []);
  const isFolded = guess !== undefined && guess.functions[guess.chosen]?.reason === undefined;
  // A breakpoint sees the function by an expression only.
  const withBreakpoint = (breakpoint: boolean, anchor: string): Partial<CaptureEntry> => {
    const expression = guess?.functions.find(({ entry }) => entry.anchor === anchor)?.expression;
    return breakpoint && expression ? { breakpoint, expression } : { breakpoint };
  };
  return (
    <EntryForm<CaptureEntry>
      {...props}
      intro={(entry, change) => guess && <FunctionChoice guess={guess} entry={entry} onChange={change} />}
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
      more={({ breakpoint, anchor }, change) =>
        mayDebug() && (
          <BreakpointChoice value={breakpoint} onChange={(chosen) => change(withBreakpoint(chosen, anchor))} />
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
