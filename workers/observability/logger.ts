import { trace } from '@opentelemetry/api';
import { pino, type DestinationStream, type Logger } from 'pino';
import { currentCorrelation } from '../../db/shared/correlation.js';
import { allowedFields } from './log-fields.js';
import { describeError } from './safe-error.js';

export type { Logger } from 'pino';

interface LoggerOptions {
  level: string;
  process: string;
  /** Nowhere when left out. */
  destination?: DestinationStream | undefined;
}

const nowhere: DestinationStream = { write: () => undefined };

/**
 * JSON lines. Fields pass an allow-list (log-fields.ts), errors another (safe-error.ts). Inside a
 * request, an activity or a delivery, every line has the correlation's ids.
 */
export function createLogger({
  level,
  process: name,
  destination = nowhere,
}: LoggerOptions): Logger {
  const logger = pino(
    {
      level,
      base: { process: name },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: allowedFields },
      // Only fields and a text of Millrace: by itself pino would take an error's message for a
      // missing text.
      hooks: {
        logMethod([fields, text]: unknown[], write) {
          if (typeof fields === 'string') write.call(this, {}, fields);
          else write.call(this, fields, typeof text === 'string' ? text : '');
        },
      },
      serializers: {
        err: (error: unknown) => (error instanceof Error ? describeError(error) : error),
      },
      mixin: correlationFields,
    },
    destination,
  );
  // pino formats the fields of the first logger only.
  const { child } = logger;
  logger.child = function (this: Logger, bindings: Record<string, unknown>) {
    return child.call(this, allowedFields(bindings));
  } as typeof child;
  return logger;
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
