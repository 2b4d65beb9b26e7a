import * as z from 'zod/mini';
import { read } from '../../shared/envelope.ts';

/** A part of an HTTP request, as error messages name it. */
type Part = 'the body' | 'the path' | 'the query';

/** Reads a part of an HTTP request. @throws CallError `bad_request` that names the field */
export function readRequest<Schema extends z.ZodMiniType>(schema: Schema, json: unknown, part: Part): z.infer<Schema> {
  return read(schema, json, part, part === 'the query' ? 'query: ' : '');
}

const NoQuery = z.strictObject({});

/** @throws CallError `bad_request` if there is a query */
export function refuseQuery(query: unknown): void {
  readRequest(NoQuery, query, 'the query');
}
