import { useEffect, useState } from 'preact/hooks';
import { parsePath } from '../../../shared/path.ts';
import type { ListedScript } from '../../platform/messages.ts';
import { mayCapture } from '../../platform/own-permissions.ts';
import type { FunctionSettings, SiteSettings } from '../../sites/settings-schema.ts';
import { editFunction } from '../../sites/ui/settings-edits.ts';
import { useManaged, useWorkspace } from '../../sites/ui/workspace.tsx';
import { t } from '../../ui/t.ts';
import { ask, readScriptSource } from './ask.ts';
import type { CaptureEntry } from './capture-edits.ts';
import { fileOf } from './describe-capture.ts';
import { saveCapture } from './save-capture.ts';
import { searchScripts, withUnread } from './search-scripts.ts';

interface Props {
  site: SiteSettings;
  fn: FunctionSettings;
  tabId: number;
}

type State =
  | { status: 'looking' }
  | { status: 'nothing' }
  | { status: 'found'; entry: CaptureEntry }
  /** The browser may show a permission prompt; then the background stores the capture. */
  | { status: 'keeping'; entry: CaptureEntry };

/** Offers a capture if a script declares what a function's path starts at, so that no path can reach it. */
export function CaptureDeclared({ site, fn, tabId }: Props) {
  const workspace = useWorkspace();
  const [state, setState] = useState<State>({ status: 'looking' });
  const isManaged = useManaged('sites');
  const name = rootName(fn.path);

  useEffect(() => {
    const looking = new AbortController();
    const found = (entry: CaptureEntry | undefined) => {
      if (!looking.signal.aborted) setState(entry ? { status: 'found', entry } : { status: 'nothing' });
    };
    setState({ status: 'looking' });
    if (name) look(tabId, name, fn.name, looking.signal).then(found, () => found(undefined));
    return () => looking.abort();
  }, [tabId, name, fn.name]);

  const isKept = state.status === 'keeping' && site.captures?.some((capture) => capture.name === state.entry.name);
  useEffect(() => {
    if (!isKept) return;
    const path = fn.path.replace(/^\s*[^.[\s]+\s*\.?/, '');
    const entry = { name: fn.name, path: `capture:${fn.name}${path && `#${path}`}` };
    void workspace.edit(
      (settings) => editFunction(settings, site.pattern, fn.name, entry),
      ['captureAdded', { name: fn.name }],
    );
  }, [isKept]);

  if (state.status !== 'found' || isManaged) return null;
  const { entry } = state;
  const script = fileOf(entry.script);
  return (
    <p class="function-reason">
      {t('declaredHint', { name: entry.expression, script })}{' '}
      {mayCapture() ? (
        <button
          type="button"
          onClick={() => {
            setState({ status: 'keeping', entry });
            void saveCapture(workspace, { pattern: site.pattern, entry }).then((complaint) => {
              if (complaint) setState({ status: 'found', entry });
            });
          }}
        >
          {t('declaredCapture', { name: entry.expression })}
        </button>
      ) : (
        t('captureNeedsBuild')
      )}
    </p>
  );
}

/** The first key of a path from the global object. */
function rootName(path: string): string | undefined {
  try {
    const { root, keys } = parsePath(path);
    return root.kind === 'window' ? keys[0] : undefined;
  } catch {
    // An invalid path has no first key.
    return undefined;
  }
}

async function look(
  tabId: number,
  name: string,
  captureName: string,
  signal: AbortSignal,
): Promise<CaptureEntry | undefined> {
  const texts = new Map<string, string>();
  const read = (script: ListedScript) => readScriptSource(tabId, script);
  const { unread } = await searchScripts(await ask('scripts', { tabId }), name, { texts, read, signal });
  const loaded = withUnread(texts, unread);
  // The parser is large and rarely needed.
  const { findDeclared } = await import('./find-declared.ts');
  for (const url of texts.keys()) {
    const found = findDeclared(loaded, url, name);
    if (found) return { ...found, name: captureName };
  }
  return undefined;
}
