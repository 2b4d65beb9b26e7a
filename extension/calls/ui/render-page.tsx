import { type ComponentChildren, render } from 'preact';
import { WorkspaceProvider } from '../../sites/ui/workspace.tsx';
import { type Text, t } from '../../ui/t.ts';
import { CallsProvider } from './use-calls.tsx';

/** Renders an extension page in the language of its texts. */
export function renderPage(title: Text, content: ComponentChildren): void {
  document.documentElement.lang = t('language');
  document.title = t(...title);
  render(
    <WorkspaceProvider>
      <CallsProvider>{content}</CallsProvider>
    </WorkspaceProvider>,
    document.body,
  );
}
