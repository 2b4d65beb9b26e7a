import { useEffect } from 'preact/hooks';
import { callCommand } from '../calls/ui/call-command.ts';
import { currentStatus } from '../calls/ui/describe-status.ts';
import { useStatus } from '../calls/ui/use-status.ts';
import { Command } from '../sites/ui/command.tsx';
import { useWorkspace } from '../sites/ui/workspace.tsx';
import { Icon } from '../ui/icon.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { t } from '../ui/t.ts';
import { useSteady } from '../ui/use-steady.ts';
import { type GuidePage, type GuideStep, guideSteps } from './guide-steps.ts';

interface Props {
  page: GuidePage;
  onClose(): void;
  onDone(): void;
}

/** Three steps to the first answer: which are done, and how to do the next. */
export function Guide({ page, onClose, onDone }: Props) {
  const { settings } = useWorkspace();
  const steps = useSteady(guideSteps(currentStatus(useStatus(), settings), page));
  const current = steps.findIndex(({ isDone }) => !isDone);
  const isDone = current === -1;
  useEffect(() => {
    if (isDone) onDone();
  }, [isDone]);
  return (
    <section class="guide" aria-labelledby="guide-title">
      <div class="guide-head">
        <h2 id="guide-title">{t('guideTitle')}</h2>
        <IconButton icon="cross" label={t('guideClose')} onClick={onClose} />
      </div>
      <ol>
        {steps.map((step, index) => (
          <Step key={step.id} step={step} number={index + 1} isCurrent={index === current} />
        ))}
      </ol>
      {isDone && <Done page={page} />}
      <p class="visually-hidden" role="status">
        {isDone ? t('guideDone') : t('guideProgress', { number: current + 1, title: t(...titleOf(steps, current)) })}
      </p>
    </section>
  );
}

interface StepProps {
  step: GuideStep;
  number: number;
  isCurrent: boolean;
}

function Step({ step: { title, isDone, words, command }, number, isCurrent }: StepProps) {
  return (
    <li data-state={isDone ? 'done' : isCurrent ? 'current' : 'later'} aria-current={isCurrent ? 'step' : undefined}>
      <span class="guide-mark">
        {isDone ? <Icon name="check" /> : <span aria-hidden="true">{number}</span>}
        {isDone && <span class="visually-hidden">{t('guideStepDone')}</span>}
      </span>
      <div class="guide-step">
        <h3>{t(...title)}</h3>
        {(isDone || isCurrent) && <p>{t(...words)}</p>}
        {isCurrent && command && <Command text={command} />}
      </div>
    </li>
  );
}

function Done({ page }: { page: GuidePage }) {
  const { settings } = useWorkspace();
  const name = page.kind === 'site' ? page.site.functions[0]?.name : undefined;
  if (name === undefined) return null;
  return (
    <div class="guide-done">
      <p>{t('guideDone')}</p>
      <Command text={callCommand(settings.relayUrl, settings.clientId, name)} />
    </div>
  );
}

function titleOf(steps: readonly GuideStep[], index: number): GuideStep['title'] {
  return steps[index]?.title ?? ['guideTitle'];
}
