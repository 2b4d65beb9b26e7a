import { useId, useState } from 'preact/hooks';
import { formatAnswer, messageOf, stackOf, typeOfAnswer } from '../../../shared/describe-answer.ts';
import type { TryReport } from '../../platform/messages.ts';
import { CopyButton } from '../../sites/ui/copy-button.tsx';
import { adviceOf } from '../../ui/advice-of.ts';
import { type Complaint, isComplaint } from '../../ui/complaint.ts';
import { headlineOf } from '../../ui/headline-of.ts';
import { t } from '../../ui/t.ts';
import { readArguments } from './try-arguments.ts';

type Run =
  | { status: 'none' }
  | { status: 'wrong'; complaint: Complaint }
  | { status: 'running' }
  | { status: 'unanswered' }
  | { status: 'done'; report: TryReport };

interface Props {
  name: string;
  call(args: unknown[]): Promise<TryReport>;
}

/** Calls a function with the entered arguments, and shows the answer or the error. */
export function TryPanel({ name, call }: Props) {
  const fieldId = useId();
  const [text, setText] = useState('');
  const [isJson, setIsJson] = useState(false);
  const [run, setRun] = useState<Run>({ status: 'none' });

  const start = async () => {
    if (run.status === 'running') return;
    const args = readArguments(text, isJson);
    if (isComplaint(args)) return setRun({ status: 'wrong', complaint: args });
    setRun({ status: 'running' });
    const next = await call(args).then(
      (report): Run => ({ status: 'done', report }),
      (): Run => ({ status: 'unanswered' }),
    );
    setRun(next);
  };

  return (
    <div class="try">
      <label for={fieldId}>{t(isJson ? 'tryArgumentsJson' : 'tryArgument')}</label>
      <textarea
        id={fieldId}
        class="mono"
        rows={1}
        value={text}
        spellcheck={false}
        placeholder={isJson ? '["hello", 1]' : undefined}
        aria-invalid={run.status === 'wrong'}
        aria-describedby={run.status === 'wrong' ? `${fieldId}-error` : undefined}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          void start();
        }}
      />
      {run.status === 'wrong' && (
        <p id={`${fieldId}-error`} class="error" role="alert">
          {t(...run.complaint.text)}
        </p>
      )}
      <div class="try-actions">
        <label class="check">
          <input type="checkbox" checked={isJson} onChange={(event) => setIsJson(event.currentTarget.checked)} />
          {t('tryJson')}
        </label>
        <button type="button" class="primary" aria-label={t('tryRunNamed', { name })} onClick={() => void start()}>
          {t('tryRun')}
        </button>
      </div>
      <output class="answer" aria-label={t('tryAnswerNamed', { name })}>
        <Outcome run={run} />
      </output>
    </div>
  );
}

function Outcome({ run }: { run: Run }) {
  switch (run.status) {
    case 'none':
    case 'wrong':
      return null;
    case 'running':
      return <p class="muted">{t('tryRunning')}</p>;
    case 'unanswered':
      return <p class="error">{t('tryNoBackground')}</p>;
    case 'done':
      return run.report.ok ? <Answer report={run.report} /> : <Failure report={run.report} />;
  }
}

function Answer({ report: { value, ms } }: { report: Extract<TryReport, { ok: true }> }) {
  const text = formatAnswer(value);
  return (
    <>
      <div class="answer-line">
        <span class="mark good">
          <span class="dot" aria-hidden="true" />
          {t('tryAnswer')}
        </span>
        <span class="muted">{typeOfAnswer(value)}</span>
        <span class="muted">{t('tryMs', { ms: Math.round(ms) })}</span>
        <CopyButton text={text} label={t('tryCopy')} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <pre tabIndex={0}>{text}</pre>
    </>
  );
}

function Failure({ report }: { report: Extract<TryReport, { ok: false }> }) {
  const stack = stackOf(report);
  return (
    <>
      <div class="answer-line">
        <strong class="mark bad">
          <span class="dot hollow" aria-hidden="true" />
          {t(...headlineOf(report.code))}
        </strong>
        <span class="muted">{t('tryMs', { ms: Math.round(report.ms) })}</span>
      </div>
      <p class="answer-message">{messageOf(report)}</p>
      <p class="hint">{t(...adviceOf(report.code))}</p>
      {stack && (
        <details>
          <summary>{t('tryStack')}</summary>
          <pre>{stack}</pre>
        </details>
      )}
    </>
  );
}
