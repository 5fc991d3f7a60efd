import { columnName, type Columns, type Values } from './column.js';
import type { Statement } from './pipeline.js';

/**
 * One command of SQL with a name, parameters and the columns of the rows (docs/decisions/0003). A
 * parameter stands in the text as `:name`; a column arrives under the field that declares the
 * column, so no text has an alias for the sake of code.
 */
export interface Query<Parameters, Row> extends Statement {
  readonly declared: Declaration;
  /** In the order of the text's `$1`, `$2`, …. */
  valuesOf(parameters: Parameters): unknown[];
  /** Carries the row type; always undefined. */
  readonly row?: Row;
}

export interface Declaration {
  readonly name: string;
  readonly parameters: Columns;
  readonly row: Columns;
  readonly text: string;
}

type Definition<Parameters extends Columns, Row extends Columns> = {
  name: string;
  parameters?: Parameters;
  row?: Row;
  text: string;
};

const queries = new Map<string, Query<never, unknown>>();
/**
 * Queries of the loaded modules. test/architecture/queries.test.ts prepares every query on the
 * migrated schema.
 */
export const definedQueries = (): readonly Query<never, unknown>[] => [...queries.values()];

/**
 * Defines a query. Throws, as soon as the module is loaded, for a parameter of the text without a
 * declaration or a declared parameter missing in the text.
 */
export function query<
  Parameters extends Columns = Record<never, never>,
  Row extends Columns = Record<never, never>,
>(definition: Definition<Parameters, Row>): Query<Values<Parameters>, Values<Row>> {
  const { name } = definition;
  const parameters: Columns = definition.parameters ?? {};
  const row: Columns = definition.row ?? {};
  if (queries.has(name)) throw new Error(`two queries are called ${name}`);
  const { text, names } = numbered(definition.text, parameters, name);
  const columns = names.map((each) => parameters[each]);
  const made: Query<Values<Parameters>, Values<Row>> = {
    name,
    text,
    parameterTypes: columns.map((column) => column?.oid ?? 0),
    fields: Object.fromEntries(Object.keys(row).map((field) => [columnName(field), field])),
    declared: { name, parameters, row, text: definition.text },
    valuesOf: (values: Readonly<Record<string, unknown>>) =>
      names.map((each, index) => {
        const value = values[each];
        const encode = columns[index]?.encode as ((value: unknown) => unknown) | undefined;
        return encode ? encode(value) : value;
      }),
  };
  queries.set(name, made);
  return made;
}

/** Turns `:name` into `$1`; leaves casts (`::type`) and quoted texts alone. */
function numbered(
  text: string,
  parameters: Columns,
  query: string,
): { text: string; names: string[] } {
  const names: string[] = [];
  const numberedText = text.replaceAll(
    /'(?:[^']|'')*'|::|:([a-z]\w*)/g,
    (whole: string, name?: string) => {
      if (name === undefined) return whole;
      if (!(name in parameters))
        throw new Error(`${query}: the parameter :${name} is not declared`);
      if (!names.includes(name)) names.push(name);
      return `$${names.indexOf(name) + 1}`;
    },
  );
  const unused = Object.keys(parameters).filter((name) => !names.includes(name));
  if (unused.length > 0)
    throw new Error(`${query}: declared and not in the text: ${unused.join(', ')}`);
  return { text: numberedText, names };
}
