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

/** Shared by all parts of a page: the settings, how to edit them, and how to show a notice. */
export interface Workspace {
  settings: Settings;
  /** Managed settings, which users can't change. */
  managed: ManagedSettings;
  /** Applies an edit to the stored settings and shows `done`; or returns what is wrong. */
  edit(change: (settings: Settings) => Edited, done?: Text, undo?: 'can-undo'): Promise<Complaint | undefined>;
  /** The same for a closing page, without a notice. */
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

/** Whether this setting is managed. */
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
