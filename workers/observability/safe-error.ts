import { fileURLToPath } from 'node:url';
import { statementNameOf } from '../../db/connection/database-fault.js';
import { errorCodes } from '../../workflows/shared/error-codes.js';
import { asFailure } from '../../workflows/shared/failure.js';

/** The description of an error for a log, a span or a history. */
interface SafeError {
  type: string;
  /** Left out where the message may repeat a value. */
  message?: string;
  code?: string;
  schema?: string;
  table?: string;
  constraint?: string;
  syscall?: string;
  /** The name of the failed statement of PostgreSQL. */
  statement?: string;
  /** Frames of Millrace's own code, from the root folder. */
  stack?: readonly string[];
  cause?: SafeError;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const maxCauses = 3;
const maxFrames = 12;
const maxMessageCharacters = 300;

/**
 * Classes of PostgreSQL's messages with names of objects and never values: connections,
 * constraints, lost races, missing rights and tables, limits, an operator's hand. Class 22 quotes
 * the unreadable value, and so do syntax errors.
 */
const nameableState = /^(08|23|25|28|40|53|55|57|58)...$|^42(501|P01|703)$|^MR002$/;
const sqlState = /^[0-9A-Z]{5}$/;
const word = /^[\w.:-]{1,100}$/;

/**
 * An error by an allow-list: type, codes and Millrace's own frames; the message only where Millrace
 * wrote the text or the text names nothing but objects of the database. A driver's or parser's
 * message repeats values (`"hunter2" is not valid JSON`).
 */
export function describeError(error: unknown, depth = 0): SafeError {
  if (!(error instanceof Error)) return { type: typeof error };
  const failure = asFailure(error);
  if (failure) {
    const cause =
      failure.code === 'SERVICE_UNAVAILABLE' && depth < maxCauses ? error.cause : undefined;
    const content = { type: failure.code, message: errorCodes[failure.code].message };
    return cause instanceof Error
      ? { ...content, cause: describeError(cause, depth + 1) }
      : content;
  }
  // objection wraps the driver's error, and hangs the statement's values on the wrapper.
  if ('nativeError' in error && error.nativeError instanceof Error)
    return describeError(error.nativeError, depth);
  const { code, schema, table, constraint, syscall } = error as Partial<
    Record<keyof SafeError, unknown>
  >;
  const stack = ownFrames(error.stack ?? '');
  const message = safeMessage(error);
  const statement = statementNameOf(error);
  const cause =
    depth < maxCauses && error.cause instanceof Error
      ? describeError(error.cause, depth + 1)
      : undefined;
  return {
    type: typeOf(error),
    ...(message === undefined ? {} : { message }),
    ...words({ code, schema, table, constraint, syscall }),
    ...(statement === undefined ? {} : { statement }),
    ...(stack.length === 0 ? {} : { stack }),
    ...(cause ? { cause } : {}),
  };
}

/** The same in one line, such as `22003 in orders.offer` or `TypeError: …`. */
export function summarizeError(error: unknown): string {
  const description = describeError(error);
  const { type, code, constraint, statement, message } = description.cause ?? description;
  const place = statement === undefined ? undefined : `in ${statement}`;
  const codes = [code ?? type, constraint, place].filter((part) => part !== undefined).join(' ');
  return message === undefined ? codes : `${codes}: ${message}`;
}

/** The type in a Temporal failure says more than the class. */
function typeOf(error: Error): string {
  const { type } = error as { type?: unknown };
  return typeof type === 'string' && word.test(type)
    ? type
    : word.test(error.name)
      ? error.name
      : 'Error';
}

function safeMessage(error: Error): string | undefined {
  const { code } = error as { code?: unknown };
  if (typeof code === 'string' && sqlState.test(code) && nameableState.test(code))
    // knex puts the statement before the message.
    return scrubbed(error.message.slice(error.message.lastIndexOf(' - ') + 1).replace(/^- /, ''));
  return isWrittenByUs(error.stack ?? '') ? scrubbed(error.message) : undefined;
}

/**
 * Whether the error was made in Millrace's code, not in a library or in a built-in called by the
 * code.
 */
function isWrittenByUs(stack: string): boolean {
  const first = stack.split('\n').find((line) => /^ {4}at /.test(line));
  return first !== undefined && ownFrame(first) !== undefined;
}

const ownFrames = (stack: string): string[] =>
  stack
    .split('\n')
    .flatMap((line) => ownFrame(line) ?? [])
    .slice(0, maxFrames);

/**
 * `placeOrder db/water/order.store.ts:12:3`; strict, since a message may have lines like frames.
 */
function ownFrame(line: string): string | undefined {
  const [, name = '', path = ''] =
    /^ {4}at (?:([\w.$<>[\] ]{1,100}) \()?(?:file:\/\/)?(\/[^()\s]+:\d+:\d+)\)?$/.exec(line) ?? [];
  if (!path.startsWith(root) || path.includes('/node_modules/')) return undefined;
  return `${name} ${path.slice(root.length)}`.trim();
}

function words(fields: Record<string, unknown>): Record<string, string> {
  const wordFields = Object.entries(fields).filter(
    (field): field is [string, string] => typeof field[1] === 'string' && word.test(field[1]),
  );
  return Object.fromEntries(wordFields);
}

/**
 * Millrace's messages hold ids and numbers; an address, a phone number or a key in a message ends
 * here.
 */
const scrubbed = (message: string): string =>
  message
    .slice(0, maxMessageCharacters)
    .replaceAll(/\S+@\S+/g, '…')
    .replaceAll(/\+\d{7,}/g, '…')
    .replaceAll(/[\w=+/-]{40,}/g, '…');
