import * as z from 'zod/mini';
import { read } from '../../shared/envelope.ts';

/** A part of an HTTP request, as its writer calls it. */
type Part = 'the body' | 'the path' | 'the query';

/** Reads a part of an HTTP request. @throws CallError `bad_request`, in the words of who wrote it */
export function readRequest<Schema extends z.ZodMiniType>(schema: Schema, json: unknown, part: Part): z.infer<Schema> {
  return read(schema, json, part, part === 'the query' ? 'query: ' : '');
}

const NoQuery = z.strictObject({});

/** @throws CallError `bad_request` where there is any */
export function refuseQuery(query: unknown): void {
  readRequest(NoQuery, query, 'the query');
}
