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
 * Headers that go on from whoever calls a workflow to the activities that do its work: whose request, whose trace, and the
 * signatures of the workflow's start and of who acts by an update.
 */
export const correlationHeader = 'correlation';
export const traceHeader = '_tracer-data';
export const startSignatureHeader = 'start-signature';
export const actorSignatureHeader = 'actor-signature';

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
  // By update rather than in a storage of each workflow's own: Node asks every AsyncLocalStorage that is in use about every
  // promise, so with one for each workflow in the cache, all of them would slow down as they become more.
  let ofRun: Headers = {};
  const ofUpdates = new Map<string, Headers>();
  /** Of the run as a whole. The sandbox has no key to judge it by: each activity does. */
  let signature: Headers = {};
  const carried = (): Headers => ({ ...(ofUpdates.get(currentUpdateInfo()?.id ?? '') ?? ofRun), ...signature });
  /** A run from before starts were signed takes it from the next message that carries one. */
  const noteSignature = (headers: Headers): void => {
    if (!(startSignatureHeader in signature)) signature = only([startSignatureHeader], headers);
  };
  const { trace } = proxySinks<TraceSinks>();

  // A promise costs a workflow a stack trace, so none is made for a trace that nobody keeps.
  const traced = <T>(name: string, headers: Headers, work: () => Promise<T>): Promise<T> => {
    const caller = headers[traceHeader];
    return caller === undefined ? work() : tracedFor(caller, name, work);
  };
  const tracedFor = async <T>(caller: Payload, name: string, work: () => Promise<T>): Promise<T> => {
    const startMs = Date.now();
    const ended = (hasFailed: boolean): void =>
      trace.ended({ name, caller: defaultPayloadConverter.fromPayload(caller), startMs, endMs: Date.now(), hasFailed });
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
          return traced(`RunWorkflow:${workflowInfo().workflowType}`, input.headers, () => next(input));
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
        // What follows from a signal is the run's own work: no handler of one waits for anything.
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
        continueAsNew: (input, next) => next({ ...input, headers: { ...input.headers, ...signature } }),
      },
    ],
  };
};

const carriedOf = (headers: Headers): Headers => only([correlationHeader, traceHeader, actorSignatureHeader], headers);

function only(names: readonly string[], headers: Headers): Headers {
  const named = names.flatMap((name) => {
    const value = headers[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(named);
}
