import { defaultPayloadConverter } from '@temporalio/common';
import type { ActivityExecuteInput, ActivityInterceptorsFactory } from '@temporalio/worker';
import { withCorrelation } from '../../../db/shared/correlation.js';
import { correlationHeader } from '../../../workflows/shared/propagation.js';
import { activityFailure } from './activity-failure.js';
import type { ActivityFaults } from './activity-faults.js';

interface ActivityInterceptorParts {
  isTraced: boolean;
  faults: ActivityFaults;
}

/**
 * Around every activity: a span where there is a trace, the ids of request and workflow, and the
 * handling of errors.
 */
export async function activityInterceptors(
  parts: ActivityInterceptorParts,
): Promise<ActivityInterceptorsFactory[]> {
  const { isTraced, faults } = parts;
  const own: ActivityInterceptorsFactory = ({ info }) => ({
    inbound: {
      execute: (input, next) => {
        const correlation = {
          correlationId: correlationOf(input),
          workflowId: info.workflowExecution?.workflowId,
        };
        return withCorrelation(correlation, async () => {
          try {
            return await next(input);
          } catch (error) {
            const failure = activityFailure(error);
            faults.note(info.activityType, error, failure);
            throw failure;
          }
        });
      },
    },
  });
  if (!isTraced) return [own];
  const { OpenTelemetryActivityInboundInterceptor } =
    await import('@temporalio/interceptors-opentelemetry-v2');
  return [(activity) => ({ inbound: new OpenTelemetryActivityInboundInterceptor(activity) }), own];
}

function correlationOf({ headers }: ActivityExecuteInput): string | undefined {
  const payload = headers[correlationHeader];
  return payload === undefined ? undefined : defaultPayloadConverter.fromPayload<string>(payload);
}
