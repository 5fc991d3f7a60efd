import type { TSchema } from 'typebox';

/** The keywords of JSON Schema used for examples. */
interface Keywords {
  type?: string;
  examples?: unknown[];
  default?: unknown;
  const?: unknown;
  enum?: unknown[];
  anyOf?: TSchema[];
  properties?: Record<string, TSchema>;
  required?: string[];
  items?: TSchema;
  minItems?: number;
  minimum?: number;
  pattern?: string;
  format?: string;
  minLength?: number;
}

/** A value fitting the schema, from the schema's examples; undefined without any example. */
export function exampleOf(schema: TSchema): unknown {
  const keywords: Keywords = schema;
  if (keywords.examples) return keywords.examples[0];
  if ('default' in keywords) return keywords.default;
  if ('const' in keywords) return keywords.const;
  if (keywords.enum) return keywords.enum[0];
  // Beside properties, alternatives only say how fields go together.
  if (keywords.anyOf && !keywords.properties)
    return keywords.anyOf.map(exampleOf).find((example) => example !== undefined);
  switch (keywords.type) {
    case 'object':
      return exampleObject(keywords);
    case 'array': {
      const item = keywords.items && exampleOf(keywords.items);
      if (item !== undefined) return [item];
      return (keywords.minItems ?? 0) > 0 ? undefined : [];
    }
    case 'string':
      return keywords.pattern || keywords.format
        ? undefined
        : 'text'.padEnd(keywords.minLength ?? 0, '.');
    case 'integer':
    case 'number':
      return keywords.minimum ?? 0;
    case 'boolean':
      return true;
    case 'null':
      return null;
    default:
      return undefined;
  }
}

function exampleObject({ properties = {}, required = [] }: Keywords): unknown {
  const entries = Object.entries(properties).map(
    ([name, schema]) => [name, exampleOf(schema)] as const,
  );
  if (entries.some(([name, example]) => example === undefined && required.includes(name)))
    return undefined;
  return Object.fromEntries(entries.filter(([, example]) => example !== undefined));
}
