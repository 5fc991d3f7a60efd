import { propagation, ROOT_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api';
import type { InjectedSinks } from '@temporalio/worker';
import type { TraceSinks } from '../../../workflows/shared/propagation.js';

/** Looked up at each span: a stored tracer stays with the first provider of the process. */
const tracer = () => trace.getTracer('millrace.workflows');

/**
 * The spans of workflows and handlers, made at their end. Not on replay, as the first run has
 * reported the spans. A worker dying between the end and the report loses the span, the price of a
 * sandbox without OpenTelemetry.
 */
export const createTraceSinks = (): InjectedSinks<TraceSinks> => ({
  trace: {
    ended: {
      callDuringReplay: false,
      fn: ({ workflowId, runId }, { name, caller, startMs, endMs, hasFailed }) => {
        const attributes = { temporalWorkflowId: workflowId, run_id: runId };
        const span = tracer().startSpan(
          name,
          { startTime: startMs, attributes },
          propagation.extract(ROOT_CONTEXT, caller),
        );
        if (hasFailed) span.setStatus({ code: SpanStatusCode.ERROR });
        span.end(endMs);
      },
    },
  },
});
