import { describeError } from './safe-error.js';

/**
 * The fields of a log line; any other field is dropped, also inside a field. Ids, enums, numbers
 * and patterns: never list a field with room for a secret or personal data.
 */
export const logFields: ReadonlySet<string> = new Set([
  // Ids of people, and ids to tie lines together.
  'request_id',
  'account_id',
  'principal_id',
  'workflow_id',
  'run_id',
  'trace_id',
  'span_id',
  'event_id',
  'event_type',
  'subject_type',
  'subject_id',
  'device_id',
  'client_id',
  'delivery_id',
  'webhook_id',
  'command_id',
  'object_id',
  'consumer_id',
  'consumer',
  'schedule',
  'schedule_id',
  'task',
  'step',
  // A request.
  'method',
  'route',
  'status',
  'ms',
  // The business event, in numbers and Millrace's own words.
  'process',
  'component',
  'signal',
  'act',
  'reason',
  'outcome',
  'attempt',
  'attempts',
  'count',
  'lost',
  'silent_seconds',
  'every_seconds',
  'port',
  'task_queue',
  'activity',
  'workflow_type',
  'point',
  'partition',
  'dropped',
  'version',
  'err',
  'error',
  // Under the names of Temporal's SDK.
  'namespace',
  'taskQueue',
  'workflowId',
  'runId',
  'workflowType',
  'activityId',
  'activityType',
  'sdkComponent',
  'isLocal',
  'durationMs',
  'target',
  'historyLength',
]);

/** An error in one word is a name or a code; a sentence would be a message from outside. */
const isWord = (value: unknown): boolean =>
  typeof value === 'string' && /^[\w.:/-]{1,100}$/.test(value);

const maxDepth = 3;
const maxCharacters = 200;
const maxItems = 50;

/** The allowed fields, in the form to write. */
export function allowedFields(fields: Record<string, unknown>, depth = 0): Record<string, unknown> {
  const allowed: Record<string, unknown> = {};
  for (const name in fields) {
    if (!logFields.has(name) || (name === 'error' && !isWord(fields[name]))) continue;
    const value = allowedValue(fields[name], depth);
    if (value !== undefined) allowed[name] = value;
  }
  return allowed;
}

function allowedValue(value: unknown, depth: number): unknown {
  switch (typeof value) {
    case 'string':
      return value.length > maxCharacters ? `${value.slice(0, maxCharacters)}…` : value;
    case 'number':
    case 'boolean':
      return value;
    case 'bigint':
      return String(value);
    case 'object':
      if (value === null) return null;
      if (value instanceof Error) return describeError(value);
      if (depth >= maxDepth) return undefined;
      if (Array.isArray(value))
        return value.slice(0, maxItems).map((item: unknown) => allowedValue(item, depth + 1));
      return allowedFields(value as Record<string, unknown>, depth + 1);
    default:
      return undefined;
  }
}
