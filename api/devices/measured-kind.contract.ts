import type { TProperties, TSchema } from 'typebox';
import { Type } from 'typebox';
import type { MeasuredKindWords } from '../../workflows/devices/measured-kind.contract.js';

/** A measured kind's fields in requests and answers. */
export interface MeasuredKindSchemas {
  words: MeasuredKindWords;
  /** Fields of a device's answer about the attached thing. */
  shown: TProperties;
  /** Fields of a reading, as shown with the message behind the reading. */
  reading: TProperties;
}

/** A union of a schema for each kind. */
export function ofEachKind<Schema extends TSchema>(
  kinds: readonly MeasuredKindSchemas[],
  schemaOf: (kind: MeasuredKindSchemas) => Schema,
): TSchema {
  const schemas = kinds.map(schemaOf);
  const [first, ...others] = schemas;
  if (!first) throw new Error('devices measure nothing: no domain gives a kind');
  return others.length === 0 ? first : Type.Union(schemas);
}
