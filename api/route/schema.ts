import { Type, type TObject, type TObjectOptions, type TProperties, type TSchema } from 'typebox';
import { errorCodes } from '../../workflows/shared/error-codes.js';
import { quantity } from './quantity.js';

/** An object without unknown fields: the base of every schema on the wire. */
export const closedObject = <Properties extends TProperties>(
  properties: Properties,
  options: TObjectOptions = {},
) => Type.Object(properties, { additionalProperties: false, ...options });
export const nullable = <Schema extends TSchema>(schema: Schema) =>
  Type.Union([schema, Type.Null()]);

/** A schema with a description of the field's meaning. */
export const described = <Schema extends TSchema>(schema: Schema, description: string): Schema => ({
  ...schema,
  description,
});

export const uuid = Type.String({
  format: 'uuid',
  examples: ['0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f'],
});
export const timestamp = Type.String({
  format: 'date-time',
  examples: ['2026-03-01T08:30:00.000Z'],
});
export const email = Type.String({
  format: 'email',
  maxLength: 254,
  examples: ['amina@example.com'],
});
/** An address as typed: the domain may be in Unicode. Stored and answered in normal form. */
export const emailInput = Type.String({
  format: 'idn-email',
  maxLength: 254,
  examples: ['amina@example.com'],
});
export const phoneE164 = Type.String({
  pattern: '^\\+[1-9][0-9]{6,14}$',
  examples: ['+254712345678'],
});
export const currency = Type.String({
  pattern: '^[A-Z]{3}$',
  description: 'ISO 4217',
  examples: ['KES'],
});
/** Seven places of a degree are a centimetre. */
export const latitude = quantity(7, {
  minimum: -90,
  maximum: 90,
  description: 'Degrees north',
  examples: [-1.2921],
});
export const longitude = quantity(7, {
  minimum: -180,
  maximum: 180,
  description: 'Degrees east',
  examples: [36.8219],
});
export const location = closedObject({ lat: latitude, lng: longitude });

/**
 * A line of text by people for others to read: not blank, without control characters, and without
 * characters to turn the direction of the surrounding text.
 */
export const line = (options: { maxLength: number; examples: readonly string[] }) =>
  Type.String({
    minLength: 1,
    pattern: '^(?!\\s*$)[^\\p{Cc}\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069]*$',
    ...options,
  });

export const etagHeader = Type.String({ pattern: '^"[0-9]+"$', examples: ['"3"'] });

/** Name of a row's version: the ETag of the resource, sent back as If-Match. */
export const etag = Type.String({ pattern: '^"[0-9]+"$', examples: ['"1"'] });
/** A share in percent. */
export const pct = quantity(3, {
  minimum: 0,
  maximum: 100,
  description: 'Percent',
  examples: [42.5],
});

/** An exact decimal in a string, as in answers: amounts in major units, prices per litre. */
export const decimal = Type.String({
  pattern: '^-?[0-9]{1,15}(\\.[0-9]{1,6})?$',
  examples: ['125.50'],
});

/** Integer minor units as an exact decimal in major units: (1250, 2) → "12.50". */
export function majorUnits(minor: number, digits: number): string {
  const text = String(Math.abs(minor)).padStart(digits + 1, '0');
  const whole = text.slice(0, text.length - digits);
  return `${minor < 0 ? '-' : ''}${whole}${digits > 0 ? `.${text.slice(-digits)}` : ''}`;
}

export const status = <const Values extends string[]>(...values: Values) => Type.Enum(values);

const limit = Type.Integer({ minimum: 1, maximum: 200, default: 50 });
const cursor = Type.String({
  minLength: 1,
  maxLength: 1000,
  description: 'The next_cursor of the page before',
});
/** The account in a platform admin's question, where the question is about an account. */
export const namedAccount = (description = 'Whose; of no account without it') =>
  Type.Optional(Type.String({ ...uuid, description }));
/** The query of a list; with filters: `closedObject({ ...pageQuery.properties, status: … })`. */
export const pageQuery = closedObject({ limit, cursor: Type.Optional(cursor) });
export const page = <Item extends TSchema>(item: Item, options: TObjectOptions = {}) =>
  closedObject(
    { items: Type.Array(item, { maxItems: 200 }), next_cursor: nullable(cursor) },
    options,
  );

/** Progress of background work; the total is null until known, and the description says when. */
export const progress = <const Unit extends string>(unit: Unit, totalDescription: string) =>
  closedObject({
    done: Type.Integer({ minimum: 0, examples: [1_200] }),
    total: nullable(Type.Integer({ minimum: 0, description: totalDescription, examples: [3_400] })),
    unit: status(unit),
  });

export const errorEnvelope = closedObject(
  {
    error_code: Type.Enum(Object.keys(errorCodes)),
    message: Type.String(),
    details: Type.Record(Type.String(), Type.Unknown()),
    request_id: Type.String(),
  },
  { $id: 'Error' },
);

/** A component of the OpenAPI document: the same object may appear in any number of schemas. */
export const component = <Schema extends TSchema>(name: string, schema: Schema): Schema => ({
  ...schema,
  $id: name,
});

export const isObject = (schema: TSchema | null | undefined): schema is TObject =>
  !!schema && 'type' in schema && schema.type === 'object' && 'properties' in schema;
