import { type Html, html } from './html.ts';

/** As much of Markdown as the document's descriptions use: paragraphs, lists, and words of code. */
export function prose(markdown: string): Html {
  const blocks = markdown.split(/\n{2,}/);
  return html`${blocks.map((block) => (block.startsWith('- ') ? list(block) : html`<p>${line(block)}</p>`))}`;
}

/** One line of it. */
export function line(markdown: string): Html {
  // Every second piece stood between backticks.
  return html`${markdown.split('`').map((piece, index) => (index % 2 === 1 ? html`<code>${piece}</code>` : piece))}`;
}

function list(block: string): Html {
  const items = block.split(/^- /m).slice(1);
  return html`<ul>${items.map((item) => html`<li>${line(item.trim())}</li>`)}</ul>`;
}
