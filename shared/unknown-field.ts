import * as z from 'zod/mini';
import { nearestName } from './nearest-name.ts';
import { quoteName } from './quote-name.ts';

/** A longer list would hide the error. */
const MAX_LISTED = 12;

/** `unknown field "arg"; did you mean "args"?` */
export function wordUnknownField(field: string, known: readonly string[], place = ''): string {
  const where = place === '' ? '' : ` in ${place}`;
  return `unknown field ${quoteName(field)}${where}${advice(field, known)}`;
}

function advice(field: string, known: readonly string[]): string {
  const meant = nearestName(field, known);
  if (meant !== undefined) return `; did you mean "${meant}"?`;
  if (known.length === 0) return '; no fields are allowed here';
  return known.length > MAX_LISTED ? '' : `; known fields: ${known.join(', ')}`;
}

/**
 * The same schema, but it rejects unknown fields at any depth. Use it for data written by people, where an unknown field
 * is a typing error. Messages of programs are read leniently, because newer versions may add fields.
 */
export function strict<Schema extends z.core.$ZodType>(schema: Schema): Schema {
  const { def } = (schema as unknown as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'object': {
      const shape = Object.fromEntries(Object.entries(def.shape).map(([key, field]) => [key, strict(field)]));
      return withDef(schema, { ...def, shape, catchall: z.never() });
    }
    case 'array':
      return withDef(schema, { ...def, element: strict(def.element) });
    case 'union':
      return withDef(schema, { ...def, options: def.options.map((option) => strict(option)) });
    case 'optional':
    case 'nullable':
    case 'default':
      return withDef(schema, { ...def, innerType: strict(def.innerType) });
    default:
      return schema;
  }
}

// `as`: a schema of the same class, with the same output.
function withDef<Schema extends z.core.$ZodType>(schema: Schema, def: object): Schema {
  return z.core.clone(schema, def as Schema['_zod']['def']);
}

/** The fields of the schema's object at `path`. */
export function knownFields(schema: z.core.$ZodType, path: readonly PropertyKey[]): string[] {
  const { def } = (schema as unknown as z.core.$ZodTypes)._zod;
  const [key, ...rest] = path;
  switch (def.type) {
    case 'object': {
      if (key === undefined) return Object.keys(def.shape);
      const field = typeof key === 'string' && Object.hasOwn(def.shape, key) ? def.shape[key] : undefined;
      return field ? knownFields(field, rest) : [];
    }
    case 'array':
      return key === undefined ? [] : knownFields(def.element, rest);
    case 'union':
      return [...new Set(def.options.flatMap((option) => knownFields(option, path)))];
    case 'optional':
    case 'nullable':
    case 'default':
      return knownFields(def.innerType, path);
    case 'pipe':
      return knownFields(def.in, path);
    default:
      return [];
  }
}
