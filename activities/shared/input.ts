import addFormats from 'ajv-formats';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { Type, type TProperties, type TSchema } from 'typebox';
import type { SignedStart } from '../../workflows/shared/start.js';
import type { ActorCall } from '../../workflows/shared/actor-call.js';

/** What an activity takes: a schema for each of its arguments, and which workflow's start stands behind them. */
export interface ActivityInput<Args extends readonly unknown[] = never[]> {
  schemas: { [At in keyof Args]: TSchema };
  startOf(args: Args, taskQueue: string): SignedStart;
  /** What was asked for where somebody acts, told from its arguments alone; undefined where nobody does. */
  callOf?(args: Args): ActorCall | undefined;
  example: Args;
}
/** One for each activity; a worker takes no activity without. */
export type InputsOf<Activities> = {
  readonly [Name in keyof Activities]: Activities[Name] extends (...args: infer Args) => unknown
    ? ActivityInput<Args>
    : never;
};
export type Inputs = Readonly<Record<string, ActivityInput>>;

/** Each id is a UUID as we write it; what is longer, shorter or quoted is not. */
export const id = Type.String({ pattern: '^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$' });
export const instant = Type.String({ format: 'date-time', maxLength: 64 });
export const count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
export const oneOf = <const Values extends readonly string[]>(values: Values) => Type.Enum([...values]);
export const orNull = <Schema extends TSchema>(schema: Schema) => Type.Union([schema, Type.Null()]);
export const fields = <Properties extends TProperties>(properties: Properties) =>
  Type.Object(properties, { additionalProperties: false });

/** The first fault, in words that repeat no value; undefined where the arguments fit. */
export type InputCheck = (args: readonly unknown[]) => string | undefined;

export function compileInput({ schemas }: ActivityInput): InputCheck {
  let compiled: ValidateFunction[] | undefined;
  return (args) => {
    const fits = (compiled ??= schemas.map((schema) => ajv.compile(schema)));
    if (args.length !== fits.length) return `takes ${fits.length} arguments`;
    for (const [at, isFitting] of fits.entries())
      if (!isFitting(args[at])) return ajv.errorsText(isFitting.errors, { dataVar: `argument ${at + 1}` });
    return undefined;
  };
}

const ajv = addFormats.default(new Ajv2020({ strict: true, allErrors: false }));
