import { CallError, type ErrorCode, HTTP_STATUS } from '../../../shared/errors.ts';
import { problemOf } from '../problem.ts';
import { reference } from './component-schemas.ts';
import type { Say } from './docs-language.ts';
import { errorMeanings } from './error-meaning.ts';
import type { Answer } from './openapi.ts';

type Meanings = Readonly<Partial<Record<ErrorCode, string>>>;

/** The failures of an operation by status, each with its codes, their meanings, and an example of each. */
export function problemResponses(codes: readonly ErrorCode[], say: Say): Record<string, Answer> {
  const meanings = errorMeanings(say);
  const statuses = new Set(codes.map((code) => HTTP_STATUS[code]));
  return Object.fromEntries(
    [...statuses].map((status) => {
      const ofStatus = codes.filter((code) => HTTP_STATUS[code] === status);
      const said = Object.fromEntries(ofStatus.map((code) => [code, meanings[code]]));
      return [status, problemResponse(status, said, say)];
    }),
  );
}

/** The answer of one status, with the codes that come with it. */
export function problemResponse(status: number, meanings: Meanings, say: Say): Answer {
  // `as`: the keys of a record are known.
  const codes = Object.keys(meanings) as ErrorCode[];
  const examples = codes.map((code) => [code, exampleOf(code, status, meanings[code] ?? '')] as const);
  const schema = { $ref: reference('Problem'), properties: { status: { const: status }, code: { enum: codes } } };
  return {
    description: codes.map((code) => `\`${code}\`: ${meanings[code]}${say('.', '。')}`).join('\n\n'),
    ...(status === HTTP_STATUS.unauthorized && { headers: challenge(say) }),
    content: { 'application/problem+json': { schema, examples: Object.fromEntries(examples) } },
  };
}

function challenge(say: Say): NonNullable<Answer['headers']> {
  const description = say('A token is needed (RFC 9110 section 11.6.1).', '需要令牌（RFC 9110 第 11.6.1 节）。');
  return { 'WWW-Authenticate': { description, schema: { type: 'string', const: 'Bearer' } } };
}

function exampleOf(code: ErrorCode, status: number, summary: string): { summary: string; value: unknown } {
  return {
    summary,
    value: problemOf(new CallError(code, EXAMPLE_DETAIL[code] ?? summary, EXAMPLE_MORE[code]), status),
  };
}

const EXAMPLE_DETAIL: Meanings = {
  client_not_found: 'no client "my-browser" is connected to this relay',
  function_not_found: 'client "my-browser" has no function "encrypt"; it has sign, decrypt',
  function_threw: 'no key yet',
  result_not_serializable: 'value.user.el is a DOM node',
  timeout: 'client "my-browser" did not answer in 5000 ms',
};

const EXAMPLE_MORE: Readonly<Partial<Record<ErrorCode, { details: unknown }>>> = {
  function_threw: {
    details: { name: 'TypeError', message: 'no key yet', stack: 'TypeError: no key yet\n    at encrypt' },
  },
};
