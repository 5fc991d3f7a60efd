import { createWorkflows, type WorkflowStart } from '../../api/shared/workflows.js';
import { platformAccountId } from '../../db/connection/database.js';
import { noticeStore } from '../../db/identity/notice/notice.store.js';
import {
  noticeWorkflowId,
  noticeWorkflowType,
  type NoticeInput,
  type NoticeKind,
} from '../../workflows/identity/notice/notice.contract.js';
import { identityTaskQueue } from '../../workflows/identity/otp.contract.js';
import { searchableBy } from '../../workflows/shared/search-attributes.js';
import type { Resources } from '../process/resources.js';
import type { EventConsumer, InternalConsumer } from '../relay/sink.js';
import { tolerating } from '../shared/tolerating.js';

/** A provider that is away for a day is not waited for any longer. */
const messageBudgetMs = 24 * 3_600_000;

/** Fixes who is told, and starts telling. Safe to repeat, by the event's id. */
export function createNoticeReaction({
  database,
  temporal,
  queueOf,
}: Pick<Resources, 'database' | 'temporal' | 'queueOf'>): InternalConsumer {
  const workflows = createWorkflows(temporal.client);
  const notices = noticeStore(database.statements({ accountId: platformAccountId }));
  const taskQueue = queueOf(identityTaskQueue);
  const tell: EventConsumer = async ({ eventId, payload }) => {
    const { user_id: userId, kind } = payload as { user_id: string; kind: NoticeKind };
    await notices.open({ eventId, userId, kind });
    await tolerating('CONFLICT', workflows.start(noticeStart(eventId, taskQueue)));
  };
  return { name: 'security-notice', on: { SECURITY_NOTICE_REQUESTED: tell } };
}

export function noticeStart(eventId: string, taskQueue: string): WorkflowStart {
  const input: NoticeInput = { eventId, messageBudgetMs };
  return {
    workflow: noticeWorkflowType,
    workflowId: noticeWorkflowId(eventId),
    taskQueue,
    args: [input],
    typedSearchAttributes: searchableBy('identity'),
    staticSummary: 'A notice to a person about their own credentials',
  };
}
