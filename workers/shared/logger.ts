import { trace } from '@opentelemetry/api';
import { pino, type DestinationStream, type Logger } from 'pino';
import { currentCorrelation } from '../../db/shared/correlation.js';
import { allowedFields } from './log-fields.js';
import { describeError } from './safe-error.js';

export type { Logger } from 'pino';

export interface LoggerOptions {
  level: string;
  process: string;
  /** Standard output, when it is left out. */
  destination?: DestinationStream | undefined;
}

/** A line waits so long, at most, for others to be written with. */
const flushEveryMs = 200;
const flushAtBytes = 8 * 1024;
/** Of a reader that has stopped reading: beyond it lines are lost rather than memory. */
const waitingMaxBytes = 16 * 2 ** 20;

/**
 * JSON lines. Fields pass by an allow-list (log-fields.ts), errors by another (safe-error.ts). Inside a request, an activity or
 * a delivery, the ids that tie it together are in every line by themselves.
 */
export function createLogger({ level, process: name, destination = standardOutput() }: LoggerOptions): Logger {
  const logger = pino(
    {
      level,
      base: { process: name },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: allowedFields },
      // Fields and a text of ours, nothing else: by itself pino would take an error's message for a missing text.
      hooks: {
        logMethod([fields, text]: unknown[], write) {
          if (typeof fields === 'string') write.call(this, {}, fields);
          else write.call(this, fields, typeof text === 'string' ? text : '');
        },
      },
      serializers: { err: (error: unknown) => (error instanceof Error ? describeError(error) : error) },
      mixin: correlationFields,
    },
    destination,
  );
  // pino formats the fields of its first logger only.
  const { child } = logger;
  logger.child = function (this: Logger, bindings: Record<string, unknown>) {
    return child.call(this, allowedFields(bindings));
  } as typeof child;
  return logger;
}

/**
 * Lines are gathered and written together, rather than by a system call each on the way of a request. None is lost at a normal
 * end, by an uncaught error or after a fatal line; a `kill -9` takes the last 200 ms with it.
 */
function standardOutput(): DestinationStream {
  const stream = pino.destination({ dest: 1, sync: false, minLength: flushAtBytes, maxLength: waitingMaxBytes });
  setInterval(() => stream.flush(), flushEveryMs).unref();
  process.once('exit', () => stream.flushSync());
  return stream;
}

function correlationFields(): Record<string, unknown> {
  const correlation = currentCorrelation();
  const fields: Record<string, unknown> = {};
  if (correlation) {
    const { correlationId, accountId, workflowId } = correlation;
    if (correlationId !== undefined) fields['request_id'] = correlationId;
    if (accountId !== undefined) fields['account_id'] = accountId;
    if (workflowId !== undefined) fields['workflow_id'] = workflowId;
  }
  const span = trace.getActiveSpan()?.spanContext();
  if (span) fields['trace_id'] = span.traceId;
  return fields;
}
