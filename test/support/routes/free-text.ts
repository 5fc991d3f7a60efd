interface Schema {
  type?: string;
  format?: string;
  pattern?: string;
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  additionalProperties?: unknown;
}

const closedFormats = ['uuid', 'date-time', 'date'];

/** Places of a schema where somebody's words or name could be: none is allowed in an event. */
export function findFreeText(given: object, path: string): string[] {
  const schema = given as Schema;
  if (schema.enum !== undefined || schema.const !== undefined) return [];
  if (schema.anyOf) return schema.anyOf.flatMap((each) => findFreeText(each, path));
  switch (schema.type) {
    case 'string':
      return schema.pattern !== undefined || closedFormats.includes(schema.format ?? '')
        ? []
        : [path];
    case 'object':
      return [
        ...(schema.additionalProperties === false ? [] : [`${path}/*`]),
        ...Object.entries(schema.properties ?? {}).flatMap(([name, each]) =>
          findFreeText(each, `${path}/${name}`),
        ),
      ];
    case 'array':
      return schema.items ? findFreeText(schema.items, `${path}/[]`) : [`${path}/[]`];
    case 'integer':
    case 'number':
    case 'boolean':
    case 'null':
      return [];
    default:
      return [path];
  }
}
