import * as z from 'zod/mini';

/** What a request carries beside its name, and the type of its answer. */
interface RequestType<Asked extends z.ZodMiniType, Answer> {
  readonly asked: Asked;
  /** Never there: it holds the type alone. */
  readonly answer?: Answer;
}

/** The requests of a feature's pages to its background, by name. */
export type RequestMap = Readonly<Record<string, RequestType<z.ZodMiniType, unknown>>>;

export type Asked<Request> = Request extends RequestType<infer Schema, unknown> ? z.infer<Schema> : never;
export type Answer<Request> = Request extends RequestType<z.ZodMiniType, infer Answered> ? Answered : never;

/** A request that carries these fields; `answeredBy<Answer>()` names its answer. */
export function request<Shape extends z.core.$ZodShape>(shape: Shape) {
  const asked = z.object(shape);
  return { answeredBy: <Answered>(): RequestType<typeof asked, Answered> => ({ asked }) };
}

export type Handlers<Requests extends RequestMap> = {
  readonly [Name in keyof Requests]: (
    asked: Asked<Requests[Name]>,
  ) => Answer<Requests[Name]> | Promise<Answer<Requests[Name]>>;
};

/** Answers messages; undefined for those that are not its own, or that can't be read. */
export type AnswerRequest = (message: unknown) => Promise<unknown> | undefined;

const Named = z.object({ kind: z.string() });

/** The background's end: answers each request by its handler. */
export function answerRequests<Requests extends RequestMap>(
  requests: Requests,
  handlers: Handlers<Requests>,
): AnswerRequest {
  return (message) => {
    const kind = Named.safeParse(message).data?.kind;
    if (kind === undefined || !Object.hasOwn(requests, kind)) return undefined;
    const { data } = (requests[kind] as RequestMap[string]).asked.safeParse(message);
    // A handler takes what the schema of its request has read.
    const handle = handlers[kind] as (asked: unknown) => unknown;
    return data === undefined ? undefined : Promise.resolve(handle(data));
  };
}
