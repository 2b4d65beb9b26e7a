import * as z from 'zod/mini';
import { nearestName } from './nearest-name.ts';
import { quoteName } from './quote-name.ts';

/** Past this many known fields the list of them would hide what is wrong. */
const MAX_LISTED = 12;

/** What to say of a field that nobody reads: `unknown field "arg"; did you mean "args"?` */
export function wordUnknownField(field: string, known: readonly string[], place = ''): string {
  const where = place === '' ? '' : ` in ${place}`;
  return `unknown field ${quoteName(field)}${where}${advice(field, known)}`;
}

function advice(field: string, known: readonly string[]): string {
  const meant = nearestName(field, known);
  if (meant !== undefined) return `; did you mean "${meant}"?`;
  if (known.length === 0) return '; there are none here';
  return known.length > MAX_LISTED ? '' : `; known are ${known.join(', ')}`;
}

/**
 * The same schema, but it refuses unknown fields, at any depth. What other programs of any version say is read as leniently as
 * `z.object` does; what a person has written is read by this, because a misspelt field must not be passed over.
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

/** The fields that a schema knows of the object at a path. */
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
