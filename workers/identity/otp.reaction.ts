import { createWorkflows, type WorkflowStart } from '../../api/shared/workflows.js';
import {
  closeOtp,
  identityTaskQueue,
  otpWorkflowId,
  otpWorkflowType,
  type Channel,
  type CloseReason,
  type OtpInput,
} from '../../workflows/identity/otp.contract.js';
import { searchableBy } from '../../workflows/shared/search-attributes.js';
import type { Resources } from '../process/resources.js';
import type { EventConsumer, InternalConsumer } from '../relay/sink.js';
import { tolerating } from '../shared/tolerating.js';

/**
 * Long enough for a provider's hiccup, short enough for the next channel's code to arrive in time.
 */
const channelBudgetMs = 60_000;

/** Reacts to a code's request or end. Safe to repeat, by the workflow id of the token. */
export function createOtpReaction({
  temporal,
  queueOf,
}: Pick<Resources, 'temporal' | 'queueOf'>): InternalConsumer {
  const workflows = createWorkflows(temporal.client);
  const taskQueue = queueOf(identityTaskQueue);
  const startOtpDelivery: EventConsumer = ({ payload }) => {
    const { token_id: tokenId, channels } = payload as { token_id: string; channels: Channel[] };
    return tolerating('CONFLICT', workflows.start(otpDeliveryStart(tokenId, channels, taskQueue)));
  };

  const stopOtpDelivery: EventConsumer = ({ payload }) => {
    const { token_id: tokenId, reason } = payload as { token_id: string; reason: CloseReason };
    return tolerating(
      'RESOURCE_NOT_FOUND',
      workflows.signal(otpWorkflowId(tokenId), closeOtp, [reason]),
    );
  };
  return {
    name: 'otp-delivery',
    on: { OTP_DELIVERY_REQUESTED: startOtpDelivery, OTP_CLOSED: stopOtpDelivery },
  };
}

export function otpDeliveryStart(
  tokenId: string,
  channels: readonly Channel[],
  taskQueue: string,
): WorkflowStart {
  const input: OtpInput = { tokenId, channels, channelBudgetMs };
  return {
    workflow: otpWorkflowType,
    workflowId: otpWorkflowId(tokenId),
    taskQueue,
    args: [input],
    typedSearchAttributes: searchableBy('identity'),
    staticSummary: `Delivery of a one-time code by ${channels.join(', then ')}`,
  };
}
