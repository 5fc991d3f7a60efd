import { createWorkflows, type WorkflowStart } from '../../api/shared/workflows.js';
import {
  inviteChanged,
  inviteWorkflowId,
  inviteWorkflowType,
  type InviteInput,
} from '../../workflows/identity/invite/invite.contract.js';
import { identityTaskQueue } from '../../workflows/identity/otp.contract.js';
import { searchableBy } from '../../workflows/shared/search-attributes.js';
import type { Resources } from '../process/resources.js';
import type { EventConsumer, InternalConsumer } from '../relay/sink.js';
import { tolerating } from '../shared/tolerating.js';

/** A provider that is away for a day is not waited for any longer. */
const messageBudgetMs = 24 * 3_600_000;

/** Starts an invite's workflow, or tells it of a change. Safe to repeat, by the invite's id. */
export function createInviteReaction({
  temporal,
  queueOf,
}: Pick<Resources, 'temporal' | 'queueOf'>): InternalConsumer {
  const workflows = createWorkflows(temporal.client);
  const taskQueue = queueOf(identityTaskQueue);
  const idOf = (payload: object): string =>
    (payload as { invite_token_id: string }).invite_token_id;
  const tell = (inviteId: string): Promise<void> =>
    tolerating(
      'RESOURCE_NOT_FOUND',
      workflows.signal(inviteWorkflowId(inviteId), inviteChanged, []),
    );
  const send: EventConsumer = async ({ payload }) => {
    const inviteId = idOf(payload);
    await tolerating('CONFLICT', workflows.start(inviteStart(inviteId, taskQueue)));
    await tell(inviteId);
  };
  const end: EventConsumer = ({ payload }) => tell(idOf(payload));
  return {
    name: 'account-invite',
    on: {
      ORG_INVITE_SENT: send,
      ORG_INVITE_ACCEPTED: end,
      ORG_INVITE_REVOKED: end,
      ORG_INVITE_EXPIRED: end,
    },
  };
}

export function inviteStart(inviteId: string, taskQueue: string): WorkflowStart {
  const input: InviteInput = { inviteId, messageBudgetMs };
  return {
    workflow: inviteWorkflowType,
    workflowId: inviteWorkflowId(inviteId),
    taskQueue,
    args: [input],
    typedSearchAttributes: searchableBy('identity'),
    staticSummary: 'An invite into an account',
  };
}
