import {
  ActivityFailure,
  ApplicationFailure,
  isCancellation,
  proxyActivities,
} from '@temporalio/workflow';
import type { createNoticeActivities } from '../../activities/identity/notice.activities.js';
import { createDetails, type Details } from '../shared/details.js';
import { createPatience, proxyTransactions } from '../shared/transactions.js';
import type { NoticeInput, NoticeOutcome } from './notice/notice.contract.js';

type NoticeActivities = ReturnType<typeof createNoticeActivities>;

const transactions = proxyTransactions<
  Pick<NoticeActivities, 'listNoticeMessages' | 'recordNoticeOutcome'>
>({
  listNoticeMessages: 'lists the messages of the notice',
  recordNoticeOutcome: 'records how the notice has ended',
});

/**
 * The messages to a person about a change of the person's credentials.
 *
 * Starts with the change; the event's id is in the workflow id, so telling twice tells
 * once.
 * Waits for the provider of each proved channel to take the message.
 * Ends sent, or failed where no provider took any; the notice's row holds the outcome.
 */
export async function noticeWorkflow(input: NoticeInput): Promise<NoticeOutcome> {
  const { eventId } = input;
  const details = createDetails();
  const recording = createPatience(transactions, details, 'Recording');
  let messageIds: string[] = [];
  await recording.untilDone(async ({ listNoticeMessages }) => {
    messageIds = await listNoticeMessages(eventId);
  });
  details.say(`Waits for providers to take ${messageIds.length} messages`);
  const outcomes = await Promise.all(
    messageIds.map((messageId) => trySending(input, messageId, details)),
  );
  const outcome = outcomes.includes(true) ? 'SENT' : 'FAILED';
  details.say(`Ended: ${outcome}`);
  await recording.untilDone(({ recordNoticeOutcome }) => recordNoticeOutcome(eventId, outcome));
  return outcome;
}

/** Whether the provider took the message within the budget. */
async function trySending(
  { eventId, messageBudgetMs }: NoticeInput,
  messageId: string,
  details: Details,
): Promise<boolean> {
  const { sendNotice } = proxyActivities<NoticeActivities>({
    startToCloseTimeout: '15 seconds',
    scheduleToCloseTimeout: messageBudgetMs,
    retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '5 minutes' },
    summary: 'hands the message to its provider',
  });
  try {
    await sendNotice(eventId, messageId);
    return true;
  } catch (error) {
    if (!(error instanceof ActivityFailure) || isCancellation(error)) throw error;
    const { cause } = error;
    const reason = cause instanceof ApplicationFailure ? `${cause.message}.` : 'no answer in time.';
    details.fail('A message', reason);
    return false;
  }
}
