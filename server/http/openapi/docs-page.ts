import { createHash } from 'node:crypto';
import { DOCS_STYLE } from './docs-style.ts';
import { type Html, html, verbatim } from './html.ts';
import type { OpenApiDocument, Schema } from './openapi.ts';
import { type Entry, operationHtml } from './operation-html.ts';
import { line, prose } from './prose.ts';
import { anchorOf, schemaHtml } from './schema-html.ts';

/** The page has no script, and takes nothing from anywhere: its one style is named by its hash. */
export const DOCS_CSP = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(DOCS_STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** An OpenAPI document as a page for people; `base` is where its reader has reached this relay, for the examples. */
export function docsPage(document: OpenApiDocument, base: string): string {
  const { info, components } = document;
  const entries = entriesOf(document);
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${info.title}: HTTP</title>
<style>${verbatim(DOCS_STYLE)}</style>
</head>
<body>
<header>
<h1>${info.title} <small>${info.version}</small></h1>
<p><code>${base}</code> · <a href="openapi.json">openapi.json</a></p>
</header>
<nav aria-label="Requests"><ul>${entries.map(navItem)}<li><a href="#schemas">Schemas</a></li></ul></nav>
<main>
<section id="overview">${prose(info.description)}</section>
${entries.map((entry) => operationHtml(entry, base))}
<section id="schemas">
<h2>Schemas</h2>
${Object.entries(components.schemas).map(schemaSection)}
</section>
</main>
</body>
</html>
`;
  return page.text;
}

function entriesOf({ paths }: OpenApiDocument): Entry[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
}

function navItem({ method, operation }: Entry): Html {
  return html`<li><a href="#${operation.operationId}"><b class="${method}">${method}</b> ${operation.summary}</a></li>`;
}

function schemaSection([name, schema]: [string, Schema]): Html {
  const examples = schema.examples ?? [];
  return html`<h3 id="${anchorOf(name)}">${name}</h3>
<p>${line(schema.description ?? '')}</p>
${schemaHtml(schema)}
${examples.map((example) => html`<pre><code>${JSON.stringify(example, null, 2)}</code></pre>`)}
`;
}
