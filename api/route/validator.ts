import addFormats from 'ajv-formats';
import { fullFormats } from 'ajv-formats/dist/formats.js';
import {
  Ajv2020,
  type ErrorObject,
  type KeywordDefinition,
  type Options,
  type ValidateFunction,
} from 'ajv/dist/2020.js';
import type { DataValidateFunction, DataValidationCxt } from 'ajv/dist/types/index.js';
import type { TSchema } from 'typebox';
import { normalEmail } from './identifier.js';
import { placesKey, roundedTo, type Places } from './quantity.js';
import { mediaTypeKey } from './route.js';

export interface Fault {
  /** A JSON pointer into the body, `?name` for the query, or the name of a header. */
  path: string;
  message: string;
}
/** A body of 256 KiB may hold tens of thousands of faults; a person needs the first hundred. */
export const maxFaults = 100;
/**
 * All faults, up to maxFaults; none for a fitting value. May fill in defaults, round (requests) and
 * coerce (queries).
 */
export type Check = (value: unknown) => Fault[];

/**
 * Numbers are rounded before the check of bounds, so that no number rounding to zero passes for
 * more than zero.
 */
const rounding = {
  keyword: placesKey,
  type: 'number',
  before: 'maximum',
  modifying: true,
  compile: round,
} as const;
const annotation = { keyword: placesKey };

export const compileBody = compilerOf({ useDefaults: true }, rounding);
/**
 * Query strings are untyped: numbers and booleans are read from text, and a single value is a list
 * of one.
 */
export const compileQuery = compilerOf({ useDefaults: true, coerceTypes: 'array' }, rounding);
export const compileReply = compilerOf({}, annotation);

function compilerOf(options: Options, places: KeywordDefinition): (schema: TSchema) => Check {
  const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true, ...options });
  addFormats.default(ajv);
  // The format of ajv-formats also accepts urn:uuid:…, which PostgreSQL refuses.
  ajv.addFormat('uuid', /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i);
  ajv.addFormat('date-time', isTimestamp);
  ajv.addFormat('idn-email', (text) => normalEmail(text) !== undefined);
  ajv.addKeyword(mediaTypeKey);
  ajv.addKeyword(places);
  // Most routes share a few schemas: ids in the path, pages.
  const checks = new Map<string, Check>();
  return (schema) => {
    const text = withoutIds(schema);
    const check = checks.get(text) ?? compileAtFirstUse(ajv, text);
    checks.set(text, check);
    return check;
  };
}

/** Compiling all schemas at once would take a quarter of the start; each takes milliseconds. */
function compileAtFirstUse(ajv: Ajv2020, text: string): Check {
  const schema = JSON.parse(text) as object;
  assertLinear(schema);
  let validate: ValidateFunction | undefined;
  return (value) => {
    validate ??= ajv.compile(schema);
    if (validate(value)) return [];
    return ofNearest(validate.errors ?? [])
      .slice(0, maxFaults)
      .map(asFault);
  };
}

function round(places: Places): DataValidateFunction {
  if (places === 'exact') return () => true;
  return (value: number, context?: DataValidationCxt) => {
    if (context) context.parentData[context.parentDataProperty] = roundedTo(places, value);
    return true;
  };
}

const timestampShape =
  /^(?!0000)\d{4}-\d\d-\d\dT\d\d:\d\d:[0-5]\d(\.\d{1,9})?(Z|[+-](0\d|1[0-4]):[0-5]\d)$/;

/**
 * RFC 3339 within the range of both PostgreSQL and Date: a real day of years 1-9999, no leap
 * second, an offset up to 14 h.
 */
function isTimestamp(text: string): boolean {
  return timestampShape.test(text) && fullDateTime(text);
}
function fullDateTime(text: string): boolean {
  const format = fullFormats['date-time'];
  return typeof format === 'object' && 'validate' in format && typeof format.validate === 'function'
    ? (format.validate as (value: string) => boolean)(text)
    : false;
}

/**
 * `$id` names a component of the OpenAPI document; Ajv reads `$id` as an address, and addresses
 * must be unique.
 */
function withoutIds(schema: TSchema): string {
  return JSON.stringify(schema, (key, value: unknown) => (key === '$id' ? undefined : value));
}

/**
 * For `uniqueItems` Ajv hashes only where the items have a single, plain type; otherwise Ajv
 * compares pairs.
 */
function assertLinear(schema: unknown): void {
  if (typeof schema !== 'object' || schema === null) return;
  if ('uniqueItems' in schema && schema.uniqueItems === true) {
    const { type } = (schema as { items?: { type?: unknown } }).items ?? {};
    if (type !== 'string' && type !== 'integer')
      throw new Error(`uniqueItems needs items of one plain type: ${JSON.stringify(schema)}`);
  }
  Object.values(schema).forEach(assertLinear);
}

/**
 * For a value with several allowed forms, the faults of the nearest form: the faults of other forms
 * would ask a client for useless fields.
 */
function ofNearest(errors: ErrorObject[]): ErrorObject[] {
  // The search visits all faults for each value with several forms.
  if (errors.length > maxFaults) return errors;
  let remaining = [...errors];
  for (const { keyword, schemaPath, instancePath } of errors) {
    if (keyword !== 'anyOf') continue;
    const isOfForms = (error: ErrorObject): boolean =>
      error.schemaPath.startsWith(schemaPath) && error.instancePath.startsWith(instancePath);
    const forms = new Map<string, ErrorObject[]>();
    for (const error of remaining.filter(isOfForms)) {
      const [, form] = error.schemaPath.slice(schemaPath.length).split('/');
      if (form !== undefined) forms.set(form, [...(forms.get(form) ?? []), error]);
    }
    // A form of another type (null, for a given object) has a single fault, yet is never the
    // intended form.
    const distance = (errors: readonly ErrorObject[]): number =>
      errors.some((error) => error.keyword === 'type' && error.instancePath === instancePath)
        ? Infinity
        : errors.length;
    const [nearest = [], ...others] = [...forms.values()].sort(
      (a, b) => distance(a) - distance(b) || 0,
    );
    const name = unknownName(nearest, [...forms.values()].flat());
    if (name) {
      remaining = [...remaining.filter((error) => !isOfForms(error)), name];
      continue;
    }
    const farther = new Set(others.flat());
    remaining = remaining.filter(
      (error) =>
        !farther.has(error) &&
        (nearest.length === 0 ||
          error.schemaPath !== schemaPath ||
          error.instancePath !== instancePath),
    );
  }
  return remaining;
}

/**
 * Where forms have names (a shape, a kind) and the value's name is unknown, the answer has the
 * name's fault alone: other fields missing from the nearest form were never intended.
 */
function unknownName(
  nearest: readonly ErrorObject[],
  all: readonly ErrorObject[],
): ErrorObject | undefined {
  const wrong = nearest.find(({ keyword }) => keyword === 'const');
  if (!wrong) return undefined;
  const names = all.filter(
    ({ keyword, instancePath }) => keyword === 'const' && instancePath === wrong.instancePath,
  );
  const allowedValues = [...new Set(names.map(({ params }) => params['allowedValue'] as unknown))];
  return { ...wrong, keyword: 'enum', params: { allowedValues } };
}

const longestPath = 200;
/** A field's name is as long as the client likes. */
export const tellable = (path: string): string =>
  path.length > longestPath ? `${path.slice(0, longestPath)}…` : path;

function asFault(error: ErrorObject): Fault {
  const { path, message } = faultOf(error);
  return { path: tellable(path), message };
}

function faultOf({ instancePath, keyword, params, message = 'does not fit' }: ErrorObject): Fault {
  const field = (name: unknown): string =>
    `${instancePath}/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`;
  switch (keyword) {
    case 'additionalProperties':
      return { path: field(params['additionalProperty']), message: 'is not a known field' };
    case 'required':
      return { path: field(params['missingProperty']), message: 'is required' };
    case 'enum':
      return {
        path: instancePath,
        message: `must be one of ${(params['allowedValues'] as unknown[]).join(', ')}`,
      };
    default:
      return { path: instancePath, message };
  }
}
