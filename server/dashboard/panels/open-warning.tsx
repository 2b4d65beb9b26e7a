import type { Stats } from '../../../shared/stats.ts';
import { useTexts } from '../use-texts.ts';

/** Said for as long as it is so: a relay on its own machine alone (`local`) is what it is meant to be. */
export function OpenWarning({ open }: Pick<Stats, 'open'>) {
  const t = useTexts();
  if (open === 'closed' || open === 'local') return null;
  return (
    <div class="callout alarm" role="alert">
      <strong class="bad">{t.openTitle}</strong>
      <p>{open === 'public' ? t.openPublic : t.openPrivate}</p>
      <p>{t.openAdvice}</p>
    </div>
  );
}
