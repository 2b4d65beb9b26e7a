import type { Stats } from '../../../shared/stats.ts';
import { useTexts } from '../use-texts.ts';

/** Warns about a relay without tokens. A relay on loopback only (`local`) needs no warning. */
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
