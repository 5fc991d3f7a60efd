import { propagation, ROOT_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api';
import type { InjectedSinks } from '@temporalio/worker';
import type { TraceSinks } from '../../../workflows/shared/propagation.js';

/** Asked for at each span: one that is kept stays with the first provider of the process. */
const tracer = () => trace.getTracer('millrace.workflows');

/**
 * The spans of workflows and their handlers, made when they have ended. Not on replay: then they were told before. A worker that
 * dies between the end and this tells none, which is the price of a sandbox without OpenTelemetry.
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
