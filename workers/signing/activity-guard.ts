import { ApplicationFailure, defaultPayloadConverter } from '@temporalio/common';
import type { ActivityExecuteInput, ActivityInterceptorsFactory } from '@temporalio/worker';
import { compileInput, type Inputs } from '../../activities/shared/input.js';
import { commandOver, stepRefused } from '../../workflows/shared/command.js';
import { actorSignatureHeader, startSignatureHeader } from '../../workflows/shared/propagation.js';
import type { SignedStart } from '../../workflows/shared/start.js';
import type { ActorSignatures } from './actor-signature.js';
import type { Logger } from '../observability/logger.js';
import type { Counter, Metrics } from '../observability/metrics/registry.js';
import type { StartSignatures } from './start-signature.js';

/** Refusals of the guard and of activities that no caller of the API can provoke. */
const activityRefusals = [
  'INPUT_REFUSED',
  'START_NOT_SIGNED',
  'ACTOR_NOT_SIGNED',
  stepRefused,
  commandOver,
] as const;
type ActivityRefusal = (typeof activityRefusals)[number];

interface ActivityGuardParts {
  inputs: Inputs;
  starts: StartSignatures;
  actors: ActorSignatures;
  /** Whether a run without a signature was started before starts were signed. */
  isFromBefore(run: { workflowId: string; runId: string }): Promise<boolean>;
  logger: Logger;
  metrics: Metrics;
}

/**
 * The first check of everything from Temporal. An activity runs for an input that fits the
 * activity's schemas, in a workflow of the id in the input, with a start that a process of Millrace
 * has signed for the accounts in the input. A person's step runs only as the update or start says
 * that the person sent; update and start are signed whole. Anything else fails for good, before the
 * activity runs.
 */
export function activityGuard(parts: ActivityGuardParts): ActivityInterceptorsFactory {
  const { starts, actors, isFromBefore, logger, metrics } = parts;
  const guards = new Map(
    Object.entries(parts.inputs).map(([activity, input]) => {
      const refused = Object.fromEntries(
        activityRefusals.map((reason) => [
          reason,
          metrics.counter('millrace_activities_refused_total', { activity, reason }),
        ]),
      ) as Record<ActivityRefusal, Counter>;
      return [
        activity,
        { check: compileInput(input), startOf: input.startOf, callOf: input.callOf, refused },
      ] as const;
    }),
  );
  return ({ info }) => ({
    inbound: {
      execute(input, next) {
        const { activityType, workflowType, workflowExecution: run, taskQueue } = info;
        const guard = guards.get(activityType);
        if (!guard) throw new Error(`the activity ${activityType} has no declared input`);
        const refuse = (reason: ActivityRefusal, message: string): never => {
          guard.refused[reason].add();
          logger.error({ activity: activityType, workflow_id: run?.workflowId, reason }, message);
          throw ApplicationFailure.nonRetryable(message, reason);
        };
        const fault = guard.check(input.args);
        if (fault !== undefined)
          return refuse('INPUT_REFUSED', `the input of ${activityType} is refused: ${fault}`);
        const start = guard.startOf(input.args as never[], taskQueue);
        if (!run || workflowType !== start.type || !isIdOf(start, run.workflowId))
          return refuse('INPUT_REFUSED', `the input of ${activityType} is of another workflow`);
        const execute = () =>
          next(input).catch((error: unknown) => {
            const reason = error instanceof ApplicationFailure ? error.type : undefined;
            if (isRefusal(reason)) guard.refused[reason].add();
            throw error;
          });
        const signature = textIn(input, startSignatureHeader);
        if (signature === undefined)
          return isFromBefore(run).then((isOld) =>
            isOld
              ? execute()
              : refuse('START_NOT_SIGNED', `${activityType} of a workflow that nobody signed`),
          );
        if (!starts.isOf(start, signature))
          return refuse(
            'START_NOT_SIGNED',
            `${activityType} of a workflow whose signature is of another start`,
          );
        const call = guard.callOf?.(input.args as never[]);
        if (call && !actors.isOf(start.id, call, textIn(input, actorSignatureHeader) ?? ''))
          return refuse('ACTOR_NOT_SIGNED', `${activityType} by a call that nobody signed`);
        return execute();
      },
    },
  });
}

function textIn({ headers }: ActivityExecuteInput, name: string): string | undefined {
  const payload = headers[name];
  if (payload === undefined) return undefined;
  const text: unknown = defaultPayloadConverter.fromPayload(payload);
  return typeof text === 'string' ? text : '';
}

const isRefusal = (type: unknown): type is ActivityRefusal =>
  activityRefusals.includes(type as ActivityRefusal);

const timeOfRun = /^-\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;

const isIdOf = ({ id, isScheduled }: SignedStart, workflowId: string): boolean =>
  workflowId === id ||
  (isScheduled === true &&
    workflowId.startsWith(id) &&
    timeOfRun.test(workflowId.slice(id.length)));
