import type { WorkflowClientInterceptor } from '@temporalio/client';
import { defaultPayloadConverter, type Headers } from '@temporalio/common';
import { currentCorrelationId } from '../../../db/shared/correlation.js';
import { correlationHeader, traceHeader } from '../../../workflows/shared/propagation.js';
import { deviceWorkflowType } from '../../../workflows/devices/device.contract.js';

/**
 * For every Temporal client of the platform: the request's id goes with each call, and the trace
 * where there is one.
 */
export async function clientInterceptors(
  isTraced: boolean,
): Promise<{ workflow: WorkflowClientInterceptor[] }> {
  if (!isTraced) return { workflow: [correlating] };
  const { OpenTelemetryWorkflowClientInterceptor } =
    await import('@temporalio/interceptors-opentelemetry-v2');
  return { workflow: [correlating, new OpenTelemetryWorkflowClientInterceptor(), endlessUntraced] };
}

/**
 * The caller who starts a device's workflow is not the cause of all later derivations: an update
 * belongs to the caller's trace, and the run to no trace.
 */
const endlessUntraced: WorkflowClientInterceptor = {
  signalWithStart: (input, next) =>
    next({ ...input, headers: ofRun(input.workflowType, input.headers) }),
  startUpdateWithStart: (input, next) =>
    next({ ...input, workflowStartHeaders: ofRun(input.workflowType, input.workflowStartHeaders) }),
};

function ofRun(workflowType: string, headers: Headers): Headers {
  if (workflowType !== deviceWorkflowType) return headers;
  const { [traceHeader]: _startersOwn, ...others } = headers;
  return others;
}

const correlating: WorkflowClientInterceptor = {
  startWithDetails: (input, next) => next({ ...input, headers: correlated(input.headers) }),
  signal: (input, next) => next({ ...input, headers: correlated(input.headers) }),
  signalWithStart: (input, next) => next({ ...input, headers: correlated(input.headers) }),
  startUpdate: (input, next) => next({ ...input, headers: correlated(input.headers) }),
  startUpdateWithStart: (input, next) =>
    next({
      ...input,
      workflowStartHeaders: correlated(input.workflowStartHeaders),
      updateHeaders: correlated(input.updateHeaders),
    }),
};

function correlated(headers: Headers): Headers {
  const id = currentCorrelationId();
  return id === undefined
    ? headers
    : { ...headers, [correlationHeader]: defaultPayloadConverter.toPayload(id) };
}
