import type * as z from 'zod/mini';

export function writeJson(json: unknown): Buffer {
  return Buffer.from(JSON.stringify(json));
}

/** Undefined if it is not JSON, or does not match the schema. */
export function readJson<Schema extends z.ZodMiniType>(schema: Schema, bytes: Uint8Array): z.infer<Schema> | undefined {
  try {
    const json: unknown = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
    return schema.safeParse(json).data;
  } catch {
    // The caller counts it.
    return undefined;
  }
}
