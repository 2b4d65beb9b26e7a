import type { Say } from './docs-language.ts';
import type { OpenApiDocument, Operation, Parameter } from './openapi.ts';

type Paths = OpenApiDocument['paths'];

interface Example {
  readonly title: string;
  readonly text: string;
}

const FENCE = '```';
const RAW = 'application/octet-stream';

/** The paths with curl lines at the end of each description. `url` is where a reader reaches the relay. */
export function withCurlLines(paths: Paths, url: string, say: Say): Paths {
  const described = (path: string, operation: Operation): Operation => {
    const samples = curlLines(path, operation, url, say).map(
      ({ title, text }) => `${title}\n\n${FENCE}sh\n${text}\n${FENCE}`,
    );
    return { ...operation, description: [operation.description, ...samples].join('\n\n') };
  };
  return Object.fromEntries(
    Object.entries(paths).map(([path, methods]) => [
      path,
      Object.fromEntries(Object.entries(methods).map(([method, operation]) => [method, described(path, operation)])),
    ]),
  );
}

/** The request with curl: once for each example of a body, or once without a body. */
function curlLines(path: string, operation: Operation, url: string, say: Say): Example[] {
  // -N shows events as they arrive.
  const isStream = operation.responses[200]?.content['text/event-stream'] !== undefined;
  const command = `curl -sS${isStream ? 'N' : ''} --fail-with-body ${quoted(url + withExamples(path, operation.parameters ?? []))}`;
  const { content } = operation.requestBody ?? {};
  if (!content) return [{ title: 'curl', text: command }];
  return Object.entries(content).flatMap(([type, { examples }]) => {
    const bodies = examples
      ? Object.values(examples)
      : [{ summary: say('a text as it is', '原样发送的文本'), value: 'hello' }];
    return bodies.map(({ summary, value }) => ({
      title: `curl${say(', ', '，')}${summary}`,
      text: withBody(command, type, value),
    }));
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

/** Quotes for a POSIX shell. */
function quoted(text: string): string {
  return /^[\w:/.,=%@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
