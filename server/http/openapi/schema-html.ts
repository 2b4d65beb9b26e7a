import { type Html, html } from './html.ts';
import type { Schema } from './openapi.ts';
import { line } from './prose.ts';

/** An object's fields as a table, a choice as a list; of other schemas, what they are. */
export function schemaHtml(schema: Schema): Html {
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices) return html`<ul>${choices.map((choice) => html`<li>${typeHtml(asObject(choice))}</li>`)}</ul>`;
  const fields = Object.entries(schema.properties ?? {});
  if (fields.length === 0) return html`<p>${typeHtml(schema)}</p>`;
  const required = new Set(schema.required);
  const rows = fields.map(([name, field]) => {
    const { description = '' } = asObject(field);
    return html`<tr><th scope="row"><code>${name}</code>${required.has(name) ? '' : html` <small>optional</small>`}</th><td>${typeHtml(asObject(field))}</td><td>${line(description)}</td></tr>`;
  });
  return html`<div class="wide"><table><thead><tr><th scope="col">Field</th><th scope="col">Type</th><th scope="col">What it is</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

/** A schema in a few words: `array of ClientInfo`, `integer, 1 to 10`. */
export function typeHtml(schema: Schema): Html {
  if (schema.$ref !== undefined) return linkTo(schema.$ref);
  if (schema.const !== undefined) return html`<code>${JSON.stringify(schema.const)}</code>`;
  if (schema.enum)
    return html`one of ${listed(
      schema.enum.map((value) => html`<code>${String(value)}</code>`),
      ', ',
    )}`;
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices)
    return listed(
      choices.map((choice) => typeHtml(asObject(choice))),
      ' or ',
    );
  if (schema.type === 'array' && schema.items && !Array.isArray(schema.items))
    return html`array of ${typeHtml(asObject(schema.items))}`;
  if (schema.type === 'object' && schema.properties)
    return html`object of ${listed(Object.entries(schema.properties).map(fieldHtml), ', ')}`;
  return html`${String(schema.type ?? 'any value')}${rangeOf(schema)}`;
}

function fieldHtml([name, schema]: [string, Schema | boolean]): Html {
  const { const: only } = asObject(schema);
  return html`<code>${name}${only === undefined ? '' : ` = ${JSON.stringify(only)}`}</code>`;
}

/** The id of a component's heading, and the part of a URL that leads there. */
export function anchorOf(component: string): string {
  return `schema-${component}`;
}

function linkTo(reference: string): Html {
  const name = reference.split('/').at(-1) ?? reference;
  return html`<a href="#${anchorOf(name)}">${name}</a>`;
}

function rangeOf({ minimum, maximum, minLength, maxLength }: Schema): string {
  if (maxLength !== undefined)
    return minLength === undefined ? `, up to ${maxLength} long` : `, ${minLength} to ${maxLength} long`;
  // Every integer of a zod schema says that it is a safe one.
  if (minimum === undefined || maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER) return '';
  return `, ${minimum} to ${maximum}`;
}

function listed(pieces: readonly Html[], separator: string): Html {
  return html`${pieces.map((piece, index) => html`${index === 0 ? '' : separator}${piece}`)}`;
}

/** JSON Schema has `true` for "anything". */
function asObject(schema: Schema | boolean): Schema {
  return typeof schema === 'object' ? schema : {};
}
