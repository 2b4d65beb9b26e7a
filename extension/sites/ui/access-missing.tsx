import { t } from '../../ui/t.ts';
import { permissionOf } from './settings-edits.ts';
import { grantAccess } from './site-access.ts';
import { useAccess } from './use-access.ts';
import { useWorkspace } from './workspace.tsx';

/** Shown for an enabled site without browser access; requests it. */
export function AccessMissing({ pattern }: { pattern: string }) {
  const workspace = useWorkspace();
  const granted = useAccess(permissionOf(pattern));
  if (granted !== false) return null;
  return (
    <div class="callout">
      <p>{t('accessMissing')}</p>
      <button
        type="button"
        class="primary"
        aria-label={t('grantAccessNamed', { site: pattern })}
        onClick={() => void grantAccess(workspace, pattern)}
      >
        {t('grantAccess')}
      </button>
    </div>
  );
}
