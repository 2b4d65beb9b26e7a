import { type ComponentChildren, createContext } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import { CallError } from '../../../shared/errors.ts';
import { type Complaint, isComplaint } from '../../ui/complaint.ts';
import { Notice, type NoticeContent } from '../../ui/notice.tsx';
import { type Text, t } from '../../ui/t.ts';
import type { ManagedField, ManagedSettings } from '../managed-settings.ts';
import { type LoadedSettings, loadSettings, saveSettingsAtOnce, watchSettings } from '../settings.ts';
import type { Settings } from '../settings-schema.ts';
import { applyEdit } from './apply-edit.ts';
import { LostSettings } from './lost-settings.tsx';
import { restoreRemoved } from './restore-removed.ts';
import type { Edited } from './settings-edits.ts';

/** What every part of a page needs: the settings, the one way to change them, and the one place to tell about it. */
export interface Workspace {
  settings: Settings;
  /** What an administrator has set, and nobody else can change. */
  managed: ManagedSettings;
  /** Applies an edit to what is stored now, and says `done`; or answers with what is wrong with it. */
  edit(change: (settings: Settings) => Edited, done?: Text, undo?: 'can-undo'): Promise<Complaint | undefined>;
  /** The same for a page that is going away: there is nobody to tell, and no time to wait. */
  editAtOnce(change: (settings: Settings) => Edited): void;
  tell(text: Text): void;
}

type State = { status: 'loading' } | { status: 'failed'; reason: string } | ({ status: 'ready' } & LoadedSettings);

const Context = createContext<Workspace | undefined>(undefined);

export function useWorkspace(): Workspace {
  const workspace = useContext(Context);
  if (!workspace) throw new CallError('internal', 'useWorkspace outside of WorkspaceProvider');
  return workspace;
}

/** Whether an administrator has set this. */
export function useManaged(field: ManagedField): boolean {
  return useWorkspace().managed.values[field] !== undefined;
}

export function WorkspaceProvider({ children }: { children: ComponentChildren }) {
  const [state, setState] = useState<State>({ status: 'loading' });
  const [notice, setNotice] = useState<NoticeContent>();

  useEffect(() => {
    const show = (loaded: LoadedSettings) => setState({ status: 'ready', ...loaded });
    loadSettings().then(show, (error) => setState({ status: 'failed', reason: reasonOf(error) }));
    return watchSettings(show);
  }, []);

  const tell = (text: Text, undo?: () => void) => setNotice({ text, undo, at: Date.now() });

  const edit: Workspace['edit'] = async (change, done, undo) => {
    try {
      const { before, after, managed, lost } = await applyEdit(change);
      if (isComplaint(after)) return after;
      setState({ status: 'ready', settings: after, managed, lost });
      const takeBack = async () => {
        const refusal = await edit((settings) => restoreRemoved(settings, before, after), ['undone']);
        if (refusal) tell(refusal.text);
      };
      if (done) tell(done, undo && (() => void takeBack()));
      return undefined;
    } catch (error) {
      const text: Text = ['saveFailed', { reason: reasonOf(error) }];
      tell(text);
      return { field: 'settings', text };
    }
  };

  const editAtOnce: Workspace['editAtOnce'] = (change) => {
    const after = state.status === 'ready' && change(state.settings);
    if (after && !isComplaint(after)) saveSettingsAtOnce(after);
  };

  switch (state.status) {
    case 'loading':
      return <p class="page-note">{t('loading')}</p>;
    case 'failed':
      return <p class="page-note error">{t('settingsLoadFailed', { reason: state.reason })}</p>;
    case 'ready':
      return (
        <Context.Provider value={{ settings: state.settings, managed: state.managed, edit, editAtOnce, tell }}>
          <LostSettings places={state.lost} />
          {children}
          <Notice notice={notice} onDone={() => setNotice(undefined)} />
        </Context.Provider>
      );
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
