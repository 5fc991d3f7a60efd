import type { ClientInterceptors, WorkflowClientInterceptor } from '@temporalio/client';
import { defaultPayloadConverter, type Headers } from '@temporalio/common';
import { actorSignatureHeader, startSignatureHeader } from '../../workflows/shared/propagation.js';
import type { ActorCall } from '../../workflows/shared/actor-call.js';
import type { ActorSignatures } from './actor-signature.js';
import { actingTypes, startOf, type StartSignatures } from './start-signature.js';

type Signing = (
  type: string,
  start: { workflowId?: string; args?: unknown[]; taskQueue: string },
) => Headers;

/**
 * Interceptors of every client that starts or updates workflows. A start carries its signature; a
 * start without a key to sign is not sent. An update, and a start on behalf of a person, carries a
 * signature over all of its content, for the activity to verify.
 */
export function signingInterceptors(
  starts: StartSignatures,
  actors: ActorSignatures,
): Required<Pick<ClientInterceptors, 'schedule'>> & {
  workflow: WorkflowClientInterceptor[];
} {
  const signed: Signing = (type, { workflowId, args = [], taskQueue }) => {
    const start = startOf(type, args, taskQueue);
    if (workflowId !== start.id)
      throw new Error(`${type} is started as ${workflowId}, its input is of ${start.id}`);
    return {
      [startSignatureHeader]: defaultPayloadConverter.toPayload(starts.sign(start)),
      ...(actingTypes.has(type) && acted(start.id, { name: type, args })),
    };
  };
  const acted = (workflowId: string, call: ActorCall): Headers => ({
    [actorSignatureHeader]: defaultPayloadConverter.toPayload(actors.sign(workflowId, call)),
  });
  return {
    workflow: [
      {
        startWithDetails: (input, next) =>
          next({
            ...input,
            headers: { ...input.headers, ...signed(input.workflowType, input.options) },
          }),
        signalWithStart: (input, next) =>
          next({
            ...input,
            headers: { ...input.headers, ...signed(input.workflowType, input.options) },
          }),
        startUpdate(input, next) {
          const update = { name: input.updateName, args: input.args };
          const actor = acted(input.workflowExecution.workflowId ?? '', update);
          return next({ ...input, headers: { ...input.headers, ...actor } });
        },
        startUpdateWithStart(input, next) {
          const signature = signed(input.workflowType, input.workflowStartOptions);
          const update = { name: input.updateName, args: input.updateArgs };
          const actor = acted(input.workflowStartOptions.workflowId, update);
          return next({
            ...input,
            workflowStartHeaders: { ...input.workflowStartHeaders, ...signature },
            // A run of a version without signed starts learns the signature here.
            updateHeaders: { ...input.updateHeaders, ...signature, ...actor },
          });
        },
      },
    ],
    schedule: [
      {
        create(input, next) {
          const { action } = input.options;
          return next({
            ...input,
            headers: { ...input.headers, ...signed(action.workflowType, action) },
          });
        },
      },
    ],
  };
}
