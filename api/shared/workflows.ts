import {
  isGrpcServiceError,
  ServiceError,
  WithStartWorkflowOperation,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
  type Client,
  type WorkflowOptions,
} from '@temporalio/client';
import {
  ApplicationFailure,
  type QueryDefinition,
  type SignalDefinition,
  type UpdateDefinition,
} from '@temporalio/common';
import { currentCorrelationId } from '../../db/shared/correlation.js';
import type { ErrorCode } from '../../workflows/shared/error-codes.js';
import { asFailure, failure } from '../../workflows/shared/failure.js';

/** The start of a workflow, by the names of the contract: routes never see the workflow's body. */
export interface WorkflowStart extends Pick<
  WorkflowOptions,
  'typedSearchAttributes' | 'staticSummary' | 'staticDetails' | 'memo'
> {
  workflow: string;
  workflowId: string;
  taskQueue: string;
  args: readonly unknown[];
  /** For a workflow without an end: if ended all the same, the workflow is started again. */
  isForGood?: boolean;
}
interface Started<Result, Args extends unknown[]> extends WorkflowStart {
  update: UpdateDefinition<Result, Args>;
  updateArgs: Args;
  updateId?: string;
}
interface Signalled<Args extends unknown[]> extends WorkflowStart {
  signal: SignalDefinition<Args>;
  signalArgs: Args;
}

/**
 * The routes' way to workflows. Every call waits until durable, an update until completed. A
 * workflow's refusal is thrown as the refusal's failure; `gone` is the code for a workflow ended or
 * never started.
 */
export interface Workflows {
  start(request: WorkflowStart): Promise<void>;
  /**
   * Restarts a lost or terminated workflow from the rows; does nothing beside a running workflow or
   * after a completed workflow.
   */
  restart(request: WorkflowStart): Promise<void>;
  updateWithStart<Result, Args extends unknown[]>(
    request: Started<Result, Args>,
    gone?: ErrorCode,
  ): Promise<Result>;
  signalWithStart<Args extends unknown[]>(request: Signalled<Args>): Promise<void>;
  /** The same updateId again answers with the first result. */
  update<Result, Args extends unknown[]>(
    workflowId: string,
    update: UpdateDefinition<Result, Args>,
    args: Args,
    updateId?: string,
    gone?: ErrorCode,
  ): Promise<Result>;
  signal<Args extends unknown[]>(
    workflowId: string,
    signal: SignalDefinition<Args>,
    args: Args,
    gone?: ErrorCode,
  ): Promise<void>;
  /**
   * A workflow's state, for decisions about the workflow itself; callers' questions are answered
   * from rows.
   */
  query<Result>(workflowId: string, query: QueryDefinition<Result>): Promise<Result>;
}

/** Below the request's own deadline, so that the caller learns the late dependency. */
const rpcDeadlineMs = 8_800;
const probeMs = 500;

export function createWorkflows(client: Client): Workflows {
  async function call<T>(
    work: () => Promise<T>,
    gone: ErrorCode = 'RESOURCE_NOT_FOUND',
  ): Promise<T> {
    try {
      return await client.withDeadline(Date.now() + rpcDeadlineMs, work);
    } catch (error) {
      if (isLate(error))
        throw failure('SERVICE_UNAVAILABLE', { dependency: await lateDependency() });
      throw asTemporalFailure(error, gone) ?? error;
    }
  }
  /** After a time-out: where Temporal itself answers, the workers are away. */
  const lateDependency = (): Promise<string> =>
    client
      .withDeadline(Date.now() + probeMs, () => client.workflowService.getSystemInfo({}))
      .then(
        () => 'workers',
        () => 'temporal',
      );
  return {
    start: (request) =>
      call(async () => {
        // A worker of the queue on the same connection gets the first task with the answer.
        await client.workflow.start(request.workflow, {
          ...startOptions(request),
          requestEagerStart: true,
        });
      }, 'CONFLICT'),
    restart: (request) =>
      call(async () => {
        const options = {
          ...startOptions(request),
          workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
        } as const;
        await client.workflow.start(request.workflow, options);
      }, 'CONFLICT'),
    updateWithStart: ({ update, updateArgs, updateId, ...request }, gone = 'CONFLICT') =>
      call(
        () =>
          client.workflow.executeUpdateWithStart(update, {
            args: updateArgs,
            ...(updateId === undefined ? {} : { updateId }),
            startWorkflowOperation: new WithStartWorkflowOperation(
              request.workflow,
              startOptions(request),
            ),
          }),
        gone,
      ),
    signalWithStart: ({ signal, signalArgs, ...request }) =>
      call(async () => {
        await client.workflow.signalWithStart<(...args: unknown[]) => Promise<unknown>, unknown[]>(
          request.workflow,
          {
            ...startOptions(request),
            signal: signal.name,
            signalArgs,
          },
        );
      }, 'CONFLICT'),
    update: (workflowId, update, args, updateId, gone) =>
      call(() => {
        const options = {
          args: args as unknown as [unknown],
          ...(updateId === undefined ? {} : { updateId }),
        };
        // The SDK has a signature without arguments and another with some; by name, either works.
        return client.workflow
          .getHandle(workflowId)
          .executeUpdate<never, [unknown]>(update.name, options);
      }, gone),
    signal: (workflowId, signal, args, gone) =>
      call(() => client.workflow.getHandle(workflowId).signal(signal, ...args), gone),
    query: (workflowId, query) => call(() => client.workflow.getHandle(workflowId).query(query)),
  };
}

/**
 * A finished id does not start again, and a running workflow is used: both explicit, since the
 * server's defaults differ.
 */
function startOptions({
  workflowId,
  taskQueue,
  args,
  memo,
  isForGood = false,
  ...details
}: WorkflowStart) {
  const requestId = currentCorrelationId();
  return {
    ...details,
    workflowId,
    taskQueue,
    args: [...args],
    memo: { ...memo, ...(requestId === undefined ? {} : { request_id: requestId }) },
    workflowIdReusePolicy: isForGood ? 'ALLOW_DUPLICATE' : 'REJECT_DUPLICATE',
    workflowIdConflictPolicy: 'USE_EXISTING',
    // A worker that dies between accepting and answering is replaced after 3 s; the default is 10
    // s.
    workflowTaskTimeout: '3s',
  } as const;
}

/** A route's failure for an error of the Temporal client; undefined for a bug. */
export function asTemporalFailure(error: unknown, gone: ErrorCode): ApplicationFailure | undefined {
  const refusal = asFailure(error);
  if (refusal) return failure(refusal.code, refusal.details);
  if (
    error instanceof WorkflowNotFoundError ||
    error instanceof WorkflowExecutionAlreadyStartedError ||
    endedFirst(error)
  )
    return failure(gone);
  return isTemporalOutage(error)
    ? failure('SERVICE_UNAVAILABLE', { dependency: 'temporal' })
    : undefined;
}

export function isTemporalOutage(error: unknown): boolean {
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) return true;
  const code = grpcCodeOf(error);
  if (code === undefined) return error instanceof ServiceError;
  return !refusals.has(code);
}

/** gRPC codes about the call itself: a repeat would get the same answer. */
const grpc = {
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  ALREADY_EXISTS: 6,
  OUT_OF_RANGE: 11,
  UNIMPLEMENTED: 12,
} as const;
const refusals: ReadonlySet<number> = new Set([
  grpc.INVALID_ARGUMENT,
  grpc.ALREADY_EXISTS,
  grpc.OUT_OF_RANGE,
  grpc.UNIMPLEMENTED,
]);
const isLate = (error: unknown): boolean =>
  error instanceof WorkflowUpdateRPCTimeoutOrCancelledError ||
  grpcCodeOf(error) === grpc.DEADLINE_EXCEEDED;

function grpcCodeOf(error: unknown): number | undefined {
  const cause = error instanceof ServiceError ? error.cause : error;
  return isGrpcServiceError(cause) ? cause.code : undefined;
}

/** The workflow ended between accepting the update and completing the update. */
const endedFirst = (error: unknown): boolean =>
  error instanceof WorkflowUpdateFailedError &&
  error.cause instanceof ApplicationFailure &&
  error.cause.type === 'AcceptedUpdateCompletedWorkflow';
