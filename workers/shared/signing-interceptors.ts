import type { ClientInterceptors, WorkflowClientInterceptor } from '@temporalio/client';
import { defaultPayloadConverter, type Headers } from '@temporalio/common';
import { actorIn } from '../../workflows/shared/actor.js';
import { actorSignatureHeader, startSignatureHeader } from '../../workflows/shared/propagation.js';
import type { ActorSignatures } from './actor-signature.js';
import { startOf, type StartSignatures } from './start-signature.js';

type Signing = (type: string, start: { workflowId?: string; args?: unknown[]; taskQueue: string }) => Headers;

/**
 * Of every client of ours that starts workflows or asks them for updates: each start carries its signature, and one that cannot be
 * signed is not sent; each update carries that of who acts by it.
 */
export function signingInterceptors(
  starts: StartSignatures,
  actors: ActorSignatures,
): Required<Pick<ClientInterceptors, 'schedule'>> & {
  workflow: WorkflowClientInterceptor[];
} {
  const signed: Signing = (type, { workflowId, args = [], taskQueue }) => {
    const start = startOf(type, args, taskQueue);
    if (workflowId !== start.id) throw new Error(`${type} is started as ${workflowId}, its input is of ${start.id}`);
    return { [startSignatureHeader]: defaultPayloadConverter.toPayload(starts.sign(start)) };
  };
  const acted = (workflowId: string, args: readonly unknown[]): Headers => {
    const actor = actorIn(args);
    return actor ? { [actorSignatureHeader]: defaultPayloadConverter.toPayload(actors.sign(workflowId, actor)) } : {};
  };
  return {
    workflow: [
      {
        startWithDetails: (input, next) =>
          next({ ...input, headers: { ...input.headers, ...signed(input.workflowType, input.options) } }),
        signalWithStart: (input, next) =>
          next({ ...input, headers: { ...input.headers, ...signed(input.workflowType, input.options) } }),
        startUpdate: (input, next) =>
          next({
            ...input,
            headers: { ...input.headers, ...acted(input.workflowExecution.workflowId ?? '', input.args) },
          }),
        startUpdateWithStart(input, next) {
          const signature = signed(input.workflowType, input.workflowStartOptions);
          const actor = acted(input.workflowStartOptions.workflowId, input.updateArgs);
          return next({
            ...input,
            workflowStartHeaders: { ...input.workflowStartHeaders, ...signature },
            // Also a run from before starts were signed learns its own.
            updateHeaders: { ...input.updateHeaders, ...signature, ...actor },
          });
        },
      },
    ],
    schedule: [
      {
        create(input, next) {
          const { action } = input.options;
          return next({ ...input, headers: { ...input.headers, ...signed(action.workflowType, action) } });
        },
      },
    ],
  };
}
