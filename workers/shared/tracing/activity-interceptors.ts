import { ApplicationFailure, CompleteAsyncError, defaultPayloadConverter, TemporalFailure } from '@temporalio/common';
import type { ActivityExecuteInput, ActivityInterceptorsFactory } from '@temporalio/worker';
import { withCorrelation } from '../../../db/shared/correlation.js';
import { correlationHeader } from '../../../workflows/shared/propagation.js';
import { describeError } from '../safe-error.js';

/** Around every activity: its span where there is a trace, whose request and workflow it is about, and what its failure may say. */
export async function activityInterceptors(isTraced: boolean): Promise<ActivityInterceptorsFactory[]> {
  const own: ActivityInterceptorsFactory = ({ info }) => ({
    inbound: {
      execute: (input, next) => {
        const correlation = { correlationId: correlationOf(input), workflowId: info.workflowExecution?.workflowId };
        return withCorrelation(correlation, async () => {
          try {
            return await next(input);
          } catch (error) {
            throw withoutValues(error);
          }
        });
      },
    },
  });
  if (!isTraced) return [own];
  const { OpenTelemetryActivityInboundInterceptor } = await import('@temporalio/interceptors-opentelemetry-v2');
  return [(activity) => ({ inbound: new OpenTelemetryActivityInboundInterceptor(activity) }), own];
}

function correlationOf({ headers }: ActivityExecuteInput): string | undefined {
  const payload = headers[correlationHeader];
  return payload === undefined ? undefined : defaultPayloadConverter.fromPayload<string>(payload);
}

/**
 * What an activity throws is kept in the workflow's history, and a driver's words may repeat a row. Failures of ours go on as
 * they are; of anything else its type and what is safe to say.
 */
function withoutValues(error: unknown): unknown {
  if (error instanceof CompleteAsyncError || (error instanceof TemporalFailure && !error.cause)) return error;
  if (error instanceof ApplicationFailure) {
    const { message, type, nonRetryable, details, nextRetryDelay, category } = error;
    return ApplicationFailure.create({
      ...{ message, type: type ?? 'Error', nonRetryable: nonRetryable ?? false, details: details ?? [] },
      ...(category ? { category } : {}),
      ...(nextRetryDelay ? { nextRetryDelay } : {}),
    });
  }
  if (error instanceof TemporalFailure) return error;
  const { type, message, code, constraint, stack = [] } = describeError(error);
  const said = [code, constraint, message].filter((part) => part !== undefined).join(': ');
  const failure = ApplicationFailure.create({ message: said || 'the activity failed', type });
  failure.stack = stack.map((frame) => `    at ${frame}`).join('\n');
  return failure;
}
