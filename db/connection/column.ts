/**
 * A PostgreSQL type as declared by a query for a parameter or a result column: the type's number in
 * `pg_type` and the type of the values in code (pg-types.ts parses results).
 */
export interface Column<Value> {
  readonly oid: number;
  readonly isNullable: boolean;
  /** Encodes a value for sending; without `encode` the driver's own text is sent. */
  readonly encode?: ((value: Value) => unknown) | undefined;
}

export type Columns = Readonly<Record<string, Column<never>>>;
type ValueOf<C> = C extends { encode?: ((value: infer Value) => unknown) | undefined }
  ? Value
  : never;
/** A value for each declared name. */
export type Values<Declared extends Columns> = {
  -readonly [Name in keyof Declared]: ValueOf<Declared[Name]>;
};

const column = <Value>(oid: number, encode?: (value: Value) => unknown): Column<Value> => ({
  oid,
  isNullable: false,
  encode,
});
const asJson = (value: unknown): string => JSON.stringify(value);

export const boolean = column<boolean>(16);
export const bytes = column<Buffer>(17);
export const bigInteger = column<number>(20);
export const integer = column<number>(23);
export const text = column<string>(25);
export const float = column<number>(701);
/** `YYYY-MM-DD`. */
export const date = column<string>(1082);
/** RFC 3339 in UTC. */
export const timestamp = column<string>(1184);
export const uuid = column<string>(2950);
/** A text of a union of strings. */
export const textOf = <Value extends string>(): Column<Value> => column<Value>(25);
export const json = <Value>(): Column<Value> => column<Value>(3802, asJson);
/** The result of `json_build_object` and similar functions; no column is stored as `json`. */
export const builtJson = <Value>(): Column<Value> => column<Value>(114, asJson);

/** Array types for parameters passed to `unnest` and `any`, by the number of the element type. */
const arrays: Readonly<Record<number, number>> = {
  [boolean.oid]: 1000,
  [bytes.oid]: 1001,
  [integer.oid]: 1007,
  [text.oid]: 1009,
  [bigInteger.oid]: 1016,
  [float.oid]: 1022,
  [date.oid]: 1182,
  [timestamp.oid]: 1185,
  [uuid.oid]: 2951,
  [json().oid]: 3807,
};

export function arrayOf<Value>({ oid, encode }: Column<Value>): Column<readonly Value[]> {
  const ofMany = arrays[oid];
  if (ofMany === undefined)
    throw new Error(`say in column.ts which type the arrays of type ${oid} are`);
  const encodeAll =
    encode &&
    ((values: readonly Value[]) => values.map((value) => (value === null ? null : encode(value))));
  return column<readonly Value[]>(ofMany, encodeAll);
}

/** The arrays of a bulk insert, a parameter for each column: all `readingId` are `readingIds`. */
type ArraysOf<Row extends Columns> = {
  readonly [Name in keyof Row & string as `${Name}s`]: Column<readonly ValueOf<Row[Name]>[]>;
};

export const arraysOf = <Row extends Columns>(row: Row): ArraysOf<Row> =>
  Object.fromEntries(
    Object.entries(row).map(([name, each]) => [`${name}s`, arrayOf(each)]),
  ) as unknown as ArraysOf<Row>;

/** The values of the arrays, in the order of the given rows. */
export const valuesByColumn = <Row extends Columns>(
  row: Row,
  given: readonly Values<Row>[],
): Values<ArraysOf<Row>> =>
  Object.fromEntries(
    Object.keys(row).map((name) => [`${name}s`, given.map((each) => each[name])]),
  ) as Values<ArraysOf<Row>>;

export const orNull = <Value>({ oid, encode }: Column<Value>): Column<Value | null> => ({
  oid,
  isNullable: true,
  encode: encode && ((value) => (value === null ? null : encode(value))),
});

/** The name of a field in the database: `orderId` and `order_id` are both the column `order_id`. */
export const columnName = (field: string): string =>
  field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/**
 * The columns of a declared row as a select list: `o.order_id, o.status`. `others` holds the
 * expression of a column computed or named differently in the table.
 */
export const listOf = <Row extends Columns>(
  row: Row,
  alias: string,
  others: Partial<Record<keyof Row, string>> = {},
): string =>
  Object.keys(row)
    .map((field) => {
      const name = columnName(field);
      const expression = others[field];
      return expression === undefined ? `${alias}.${name}` : `${expression} as ${name}`;
    })
    .join(', ');

/** The columns of declared parameters, for an INSERT: `order_id, status`. */
export const columnList = (parameters: Columns): string =>
  Object.keys(parameters).map(columnName).join(', ');

/** The values of declared parameters, in the order of `columnList`: `:orderId, :status`. */
export const parameterList = (parameters: Columns): string =>
  Object.keys(parameters)
    .map((field) => `:${field}`)
    .join(', ');
