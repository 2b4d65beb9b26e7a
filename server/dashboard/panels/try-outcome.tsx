import { formatAnswer, messageOf, stackOf, typeOfAnswer } from '../../../shared/describe-answer.ts';
import type { CallError } from '../../../shared/errors.ts';
import { formatMs } from '../format-numbers.ts';
import { useTag, useTexts } from '../use-texts.ts';
import { CopyButton } from './copy-button.tsx';
import type { Ended } from './use-run.ts';

export function TryOutcome({ ended }: { ended: Ended }) {
  const t = useTexts();
  const tag = useTag();
  const took = <span class="muted">{formatMs(ended.ms, tag)}</span>;
  if (!ended.ok) return <Failure error={ended.error} took={took} />;
  const text = formatAnswer(ended.value);
  return (
    <>
      <div class="answer-line">
        <strong class="mark good">
          <span class="dot" aria-hidden="true" />
          {t.tryAnswer}
        </strong>
        <span class="muted">{typeOfAnswer(ended.value)}</span>
        {took}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <pre tabIndex={0}>{text}</pre>
      <div class="form-actions start">
        <CopyButton text={text} label={t.tryCopyAnswer} />
      </div>
    </>
  );
}

function Failure({ error, took }: { error: CallError; took: preact.JSX.Element }) {
  const t = useTexts();
  const stack = stackOf(error);
  return (
    <>
      <div class="answer-line">
        <strong class="mark bad mono">
          <span class="dot hollow" aria-hidden="true" />
          {error.code}
        </strong>
        {took}
      </div>
      <p class="answer-message">{messageOf(error)}</p>
      {t.advice[error.code] && <p class="muted">{t.advice[error.code]}</p>}
      {stack && (
        <details>
          <summary>{t.tryStack}</summary>
          <pre>{stack}</pre>
        </details>
      )}
    </>
  );
}
