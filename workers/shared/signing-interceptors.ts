import type { ClientInterceptors, WorkflowClientInterceptor } from '@temporalio/client';
import { defaultPayloadConverter, type Headers } from '@temporalio/common';
import { startSignatureHeader } from '../../workflows/shared/propagation.js';
import { startOf, type StartSignatures } from './start-signature.js';

type Signing = (type: string, start: { workflowId?: string; args?: unknown[]; taskQueue: string }) => Headers;

/** Of every client of ours that starts workflows: each start carries its signature, and one that cannot be signed is not sent. */
export function signingInterceptors(signatures: StartSignatures): Required<Pick<ClientInterceptors, 'schedule'>> & {
  workflow: WorkflowClientInterceptor[];
} {
  const signed: Signing = (type, { workflowId, args = [], taskQueue }) => {
    const start = startOf(type, args, taskQueue);
    if (workflowId !== start.id) throw new Error(`${type} is started as ${workflowId}, its input is of ${start.id}`);
    return { [startSignatureHeader]: defaultPayloadConverter.toPayload(signatures.sign(start)) };
  };
  return {
    workflow: [
      {
        startWithDetails: (input, next) =>
          next({ ...input, headers: { ...input.headers, ...signed(input.workflowType, input.options) } }),
        signalWithStart: (input, next) =>
          next({ ...input, headers: { ...input.headers, ...signed(input.workflowType, input.options) } }),
        startUpdateWithStart(input, next) {
          const signature = signed(input.workflowType, input.workflowStartOptions);
          return next({
            ...input,
            workflowStartHeaders: { ...input.workflowStartHeaders, ...signature },
            // Also a run from before starts were signed learns its own.
            updateHeaders: { ...input.updateHeaders, ...signature },
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
