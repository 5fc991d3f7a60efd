import { defaultPayloadConverter, type Headers, type Payload } from '@temporalio/common';
import {
  ContinueAsNew,
  currentUpdateInfo,
  proxySinks,
  workflowInfo,
  type Sinks,
  type WorkflowInterceptors,
} from '@temporalio/workflow';

/**
 * Headers handed on from the caller of a workflow to the workflow's activities: request, trace, and
 * the signatures of the workflow's start and of an update's caller.
 */
export const correlationHeader = 'correlation';
export const traceHeader = '_tracer-data';
export const startSignatureHeader = 'start-signature';
export const actorSignatureHeader = 'actor-signature';

/**
 * An ended run of a workflow or of a handler. The sandbox has neither clock nor random to make a
 * span.
 */
interface EndedWork {
  name: string;
  /** The trace header's content. */
  caller: Record<string, string>;
  startMs: number;
  endMs: number;
  hasFailed: boolean;
}
export interface TraceSinks extends Sinks {
  trace: { ended(work: EndedWork): void };
}

/**
 * Part of every bundle: hands on headers, and spans are made outside. OpenTelemetry's own
 * interceptors would put the OpenTelemetry SDK into the sandbox and a trace without an end into a
 * workflow continuing as new for years. No commands are made, so older histories replay.
 */
export const interceptors = (): WorkflowInterceptors => {
  // Headers by update, not an AsyncLocalStorage for each workflow: Node asks every
  // AsyncLocalStorage in use about every promise, so each workflow in the cache would slow down all
  // others (docs/decisions/0019).
  let ofRun: Headers = {};
  const ofUpdates = new Map<string, Headers>();
  /**
   * Signature of the run's start. Activities verify the signature, since the sandbox has no key.
   */
  let signature: Headers = {};
  const carried = (): Headers => ({
    ...(ofUpdates.get(currentUpdateInfo()?.id ?? '') ?? ofRun),
    ...signature,
  });
  /** A run older than signed starts takes the signature from the next message with a signature. */
  const noteSignature = (headers: Headers): void => {
    if (!(startSignatureHeader in signature)) signature = only([startSignatureHeader], headers);
  };
  const { trace } = proxySinks<TraceSinks>();

  // A promise costs a workflow a stack trace, so a call without a trace header gets no extra
  // promise.
  const traced = <T>(name: string, headers: Headers, work: () => Promise<T>): Promise<T> => {
    const caller = headers[traceHeader];
    return caller === undefined ? work() : tracedFor(caller, name, work);
  };
  const tracedFor = async <T>(
    caller: Payload,
    name: string,
    work: () => Promise<T>,
  ): Promise<T> => {
    const startMs = Date.now();
    const ended = (hasFailed: boolean): void =>
      trace.ended({
        name,
        caller: defaultPayloadConverter.fromPayload(caller),
        startMs,
        endMs: Date.now(),
        hasFailed,
      });
    try {
      const result = await work();
      ended(false);
      return result;
    } catch (error) {
      ended(!(error instanceof ContinueAsNew));
      throw error;
    }
  };
  const withCarried = <Input extends { headers: Headers }>(input: Input): Input => ({
    ...input,
    headers: { ...input.headers, ...carried() },
  });

  return {
    inbound: [
      {
        execute(input, next) {
          ofRun = carriedOf(input.headers);
          noteSignature(input.headers);
          return traced(`RunWorkflow:${workflowInfo().workflowType}`, input.headers, () =>
            next(input),
          );
        },
        async handleUpdate(input, next) {
          ofUpdates.set(input.updateId, carriedOf(input.headers));
          noteSignature(input.headers);
          try {
            return await traced(`HandleUpdate:${input.name}`, input.headers, () => next(input));
          } finally {
            ofUpdates.delete(input.updateId);
          }
        },
        // Activities after a signal belong to the run: no signal handler waits for anything.
        handleSignal(input, next) {
          noteSignature(input.headers);
          return traced(`HandleSignal:${input.signalName}`, input.headers, () => next(input));
        },
      },
    ],
    outbound: [
      {
        scheduleActivity: (input, next) => next(withCarried(input)),
        scheduleLocalActivity: (input, next) => next(withCarried(input)),
        startChildWorkflowExecution: (input, next) => next(withCarried(input)),
        // Of the headers the signature alone: a trace without an end helps nobody.
        continueAsNew: (input, next) =>
          next({ ...input, headers: { ...input.headers, ...signature } }),
      },
    ],
  };
};

const carriedOf = (headers: Headers): Headers =>
  only([correlationHeader, traceHeader, actorSignatureHeader], headers);

function only(names: readonly string[], headers: Headers): Headers {
  const named = names.flatMap((name) => {
    const value = headers[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(named);
}
