import { type Complaint, isComplaint } from '../../ui/complaint.ts';
import { type ManagedSettings, touchesManaged } from '../managed-settings.ts';
import { loadSettings, saveSettings } from '../settings.ts';
import type { Settings } from '../settings-schema.ts';
import type { Edited } from './settings-edits.ts';

export interface Applied {
  before: Settings;
  after: Edited;
  managed: ManagedSettings;
  lost: readonly string[];
}

/** The UI does not offer managed settings; this is the fallback. */
const MANAGED: Complaint = { field: 'settings', text: ['managedByAdministrator'] };

/** Applies edits one at a time across all pages, so that none overwrites another. */
export function applyEdit(change: (settings: Settings) => Edited): Promise<Applied> {
  return navigator.locks.request('edit settings', async () => {
    const { settings: before, managed, lost } = await loadSettings();
    const edited = change(before);
    const after = isComplaint(edited) || !touchesManaged(before, edited, managed) ? edited : MANAGED;
    if (!isComplaint(after)) await saveSettings(after);
    return { before, after, managed, lost };
  });
}
