import addFormats from 'ajv-formats';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { Type, type TProperties, type TSchema } from 'typebox';
import type { SignedStart } from '../../workflows/shared/start.js';
import type { ActorCall } from '../../workflows/shared/actor-call.js';

/**
 * The input of an activity: a schema for each argument, and the workflow start behind the
 * arguments.
 */
export interface ActivityInput<Args extends readonly unknown[] = never[]> {
  schemas: { [At in keyof Args]: TSchema };
  startOf(args: Args, taskQueue: string): SignedStart;
  /** The call of an acting caller, rebuilt from the arguments alone; undefined without a caller. */
  callOf?(args: Args): ActorCall | undefined;
  example: Args;
}
/** An input for each activity; a worker takes no activity without an input. */
export type InputsOf<Activities> = {
  readonly [Name in keyof Activities]: Activities[Name] extends (...args: infer Args) => unknown
    ? ActivityInput<Args>
    : never;
};
export type Inputs = Readonly<Record<string, ActivityInput>>;

/** A UUID in Millrace's spelling; a longer, shorter or quoted id is refused. */
export const id = Type.String({ pattern: '^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$' });
export const instant = Type.String({ format: 'date-time', maxLength: 64 });
export const count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
export const oneOf = <const Values extends readonly string[]>(values: Values) =>
  Type.Enum([...values]);
export const orNull = <Schema extends TSchema>(schema: Schema) => Type.Union([schema, Type.Null()]);
export const fields = <Properties extends TProperties>(properties: Properties) =>
  Type.Object(properties, { additionalProperties: false });

/** The first fault, in words without a value of the arguments; undefined for fitting arguments. */
type InputCheck = (args: readonly unknown[]) => string | undefined;

export function compileInput({ schemas }: ActivityInput): InputCheck {
  let compiled: ValidateFunction[] | undefined;
  return (args) => {
    const fits = (compiled ??= schemas.map((schema) => ajv.compile(schema)));
    if (args.length !== fits.length) return `takes ${fits.length} arguments`;
    for (const [at, isFitting] of fits.entries())
      if (!isFitting(args[at]))
        return ajv.errorsText(isFitting.errors, { dataVar: `argument ${at + 1}` });
    return undefined;
  };
}

const ajv = addFormats.default(new Ajv2020({ strict: true, allErrors: false }));
