import type { Operation, Parameter } from './openapi.ts';

interface Request {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

interface Example {
  readonly title: string;
  readonly text: string;
}

const RAW = 'application/octet-stream';

/** How to make a request with curl: once for each example of a body, or once without. */
export function curlLines({ path, operation }: Request, base: string): Example[] {
  // -N: what comes is shown as it comes.
  const isStream = operation.responses[200]?.content['text/event-stream'] !== undefined;
  const command = `curl -sS${isStream ? 'N' : ''} --fail-with-body ${quoted(base + withExamples(path, operation.parameters ?? []))}`;
  const { content } = operation.requestBody ?? {};
  if (!content) return [{ title: 'curl', text: command }];
  return Object.entries(content).flatMap(([type, { examples }]) => {
    const bodies = examples ? Object.values(examples) : [{ summary: 'a text, as it is', value: 'hello' }];
    return bodies.map(({ summary, value }) => ({ title: `curl: ${summary}`, text: withBody(command, type, value) }));
  });
}

function withBody(command: string, type: string, value: unknown): string {
  const [option, text] = type === RAW ? ['--data-binary', String(value)] : ['-d', JSON.stringify(value)];
  return [command, `  -H ${quoted(`Content-Type: ${type}`)}`, `  ${option} ${quoted(text)}`].join(' \\\n');
}

function withExamples(path: string, parameters: readonly Parameter[]): string {
  const filled = parameters
    .filter((parameter) => parameter.in === 'path')
    .reduce((text, { name, example = name }) => text.replace(`{${name}}`, encodeURIComponent(example)), path);
  const query = parameters
    .filter((parameter) => parameter.in === 'query' && parameter.required)
    .map(({ name, example = name }) => `${name}=${encodeURIComponent(example)}`);
  return query.length > 0 ? `${filled}?${query.join('&')}` : filled;
}

/** As a POSIX shell takes it. */
function quoted(text: string): string {
  return /^[\w:/.,=%@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
