import { defaultPayloadConverter, type Headers } from '@temporalio/common';
import {
  AsyncLocalStorage,
  ContinueAsNew,
  proxySinks,
  workflowInfo,
  type Sinks,
  type WorkflowInterceptors,
} from '@temporalio/workflow';

/** Headers that go on from whoever calls a workflow to the activities that do its work: whose request, and whose trace. */
export const correlationHeader = 'correlation';
export const traceHeader = '_tracer-data';

/** What a workflow, or one of its handlers, tells of itself when it has ended. It has no clock and no random of its own to make a span. */
export interface EndedWork {
  name: string;
  /** As the trace header carried it. */
  caller: Record<string, string>;
  startMs: number;
  endMs: number;
  hasFailed: boolean;
}
export interface TraceSinks extends Sinks {
  trace: { ended(work: EndedWork): void };
}

/**
 * Part of every bundle. OpenTelemetry's own interceptors would put its SDK into the sandbox and a trace without an end into
 * a workflow that continues as new for years; this hands on two headers, and the spans are made outside. It gives no commands,
 * so histories from before it replay.
 */
export const interceptors = (): WorkflowInterceptors => {
  const carried = new AsyncLocalStorage<Headers>();
  const { trace } = proxySinks<TraceSinks>();

  const within = async <T>(name: string, headers: Headers, work: () => Promise<T>): Promise<T> => {
    const caller = headers[traceHeader];
    const own = carriedOf(headers);
    if (caller === undefined) return carried.run(own, work);
    const startMs = Date.now();
    const ended = (hasFailed: boolean): void =>
      trace.ended({ name, caller: defaultPayloadConverter.fromPayload(caller), startMs, endMs: Date.now(), hasFailed });
    try {
      const result = await carried.run(own, work);
      ended(false);
      return result;
    } catch (error) {
      ended(!(error instanceof ContinueAsNew));
      throw error;
    }
  };
  const withCarried = <Input extends { headers: Headers }>(input: Input): Input => ({
    ...input,
    headers: { ...input.headers, ...carried.getStore() },
  });

  return {
    inbound: [
      {
        execute: (input, next) =>
          within(`RunWorkflow:${workflowInfo().workflowType}`, input.headers, () => next(input)),
        handleUpdate: (input, next) => within(`HandleUpdate:${input.name}`, input.headers, () => next(input)),
        handleSignal: (input, next) => within(`HandleSignal:${input.signalName}`, input.headers, () => next(input)),
      },
    ],
    outbound: [
      {
        scheduleActivity: (input, next) => next(withCarried(input)),
        scheduleLocalActivity: (input, next) => next(withCarried(input)),
        startChildWorkflowExecution: (input, next) => next(withCarried(input)),
      },
    ],
    internals: [
      {
        dispose: (input, next) => {
          carried.disable();
          next(input);
        },
      },
    ],
  };
};

function carriedOf(headers: Headers): Headers {
  const named = [correlationHeader, traceHeader].flatMap((name) => {
    const value = headers[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(named);
}
