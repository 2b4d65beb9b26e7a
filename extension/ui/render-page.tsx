import { type ComponentChildren, render } from 'preact';
import { CallsProvider } from './calls/use-calls.tsx';
import { type Text, t } from './t.ts';
import { WorkspaceProvider } from './workspace.tsx';

/** Puts a page of ours into its document, in the language of its texts. */
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
