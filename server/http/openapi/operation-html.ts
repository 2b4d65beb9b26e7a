import { curlLines } from './curl-lines.ts';
import { type Html, html } from './html.ts';
import type { Answer, Content, Operation, Parameter } from './openapi.ts';
import { line, prose } from './prose.ts';
import { typeHtml } from './schema-html.ts';

export interface Entry {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

/** One operation: what to send, what comes back, what can go wrong. */
export function operationHtml(entry: Entry, base: string): Html {
  const { method, path, operation } = entry;
  const { operationId, summary, description, parameters, requestBody, responses, security } = operation;
  return html`<section id="${operationId}">
<h2>${summary}</h2>
<p class="request"><b class="${method}">${method}</b> <code>${path}</code></p>
${prose(description)}
${security.length > 0 && html`<p>Needs a caller token, where the relay has tokens.</p>`}
${parameters && html`<h3>Parameters</h3>${parametersTable(parameters)}`}
${requestBody && html`<h3>Body</h3>${contentTable(requestBody.content)}`}
<h3>Examples</h3>${curlLines(entry, base).map(({ title, text }) => html`<figure><figcaption>${title}</figcaption><pre><code>${text}</code></pre></figure>`)}
<h3>Answers</h3>${Object.entries(responses).filter(isSuccess).map(successHtml)}
<h3>Failures</h3>${failuresTable(responses)}
</section>
`;
}

function parametersTable(parameters: readonly Parameter[]): Html {
  const rows = parameters.map(
    ({ name, in: place, required, schema, description }) =>
      html`<tr><th scope="row"><code>${name}</code>${required ? '' : html` <small>optional</small>`}</th><td>${place}</td><td>${typeHtml(schema)}</td><td>${line(description)}</td></tr>`,
  );
  return table(['Name', 'In', 'Type', 'What it is'], rows);
}

function contentTable(content: Content): Html {
  const rows = Object.entries(content).map(
    ([type, { schema = {} }]) =>
      html`<tr><th scope="row"><code>${type}</code></th><td>${typeHtml(schema)}</td><td>${line(schema.description ?? '')}</td></tr>`,
  );
  return table(['Content type', 'Type', 'What it is'], rows);
}

function successHtml([status, { description, content }]: [string, Answer]): Html {
  const examples = Object.values(content).flatMap(({ examples = {} }) => Object.values(examples));
  return html`<p><b>${status}</b>: ${line(description)}</p>${contentTable(content)}${examples.map(
    ({ summary, value }) =>
      html`<figure><figcaption>${summary}</figcaption><pre><code>${JSON.stringify(value)}</code></pre></figure>`,
  )}`;
}

/** Each failure's examples are one for each code, in the code's name. */
function failuresTable(responses: Operation['responses']): Html {
  const failures = Object.entries(responses).filter((entry) => !isSuccess(entry));
  const rows = failures.flatMap(([status, { content }]) =>
    Object.entries(content['application/problem+json']?.examples ?? {}).map(
      ([code, { summary }]) =>
        html`<tr><td>${status}</td><th scope="row"><code>${code}</code></th><td>${line(summary)}</td></tr>`,
    ),
  );
  return table(['Status', 'Code', 'When'], rows);
}

function isSuccess([status]: [string, unknown]): boolean {
  return status.startsWith('2');
}

function table(columns: readonly string[], rows: readonly Html[]): Html {
  const heads = columns.map((column) => html`<th scope="col">${column}</th>`);
  return html`<div class="wide"><table><thead><tr>${heads}</tr></thead><tbody>${rows}</tbody></table></div>`;
}
