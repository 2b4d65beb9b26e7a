import type * as z from 'zod/mini';

/** As much of OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.0) as the relay's own document uses. */
export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly info: { title: string; version: string; description: string; license: License };
  readonly servers: readonly { url: string; description: string }[];
  readonly paths: Readonly<Record<string, { get?: Operation; post?: Operation }>>;
  readonly components: {
    schemas: Readonly<Record<string, Schema>>;
    securitySchemes: Readonly<Record<string, { type: 'http'; scheme: 'bearer'; description: string }>>;
  };
}

interface License {
  readonly name: string;
  readonly identifier: string;
}

/** A JSON Schema of draft 2020-12. */
export type Schema = z.core.JSONSchema.BaseSchema;

export interface Operation {
  readonly operationId: string;
  readonly tags?: readonly string[];
  readonly summary: string;
  readonly description: string;
  /** `{}` among them: it goes without, where the relay has no tokens. */
  readonly security: readonly Record<string, never[]>[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { required: boolean; content: Content };
  readonly responses: Readonly<Record<string, Answer>>;
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly required: boolean;
  readonly description: string;
  readonly schema: Schema;
  readonly example?: string;
}

export interface Answer {
  readonly description: string;
  readonly headers?: Readonly<Record<string, { description: string; schema: Schema }>>;
  readonly content: Content;
}

/** By media type. */
export type Content = Readonly<Record<string, MediaType>>;

interface MediaType {
  readonly schema?: Schema;
  readonly examples?: Readonly<Record<string, { summary: string; value: unknown }>>;
}
