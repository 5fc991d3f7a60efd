import {
  ActivityFailure,
  ApplicationFailure,
  condition,
  isCancellation,
  proxyActivities,
  setHandler,
} from '@temporalio/workflow';
import type { createInviteActivities } from '../../activities/identity/invite.activities.js';
import { createDetails, type Details } from '../shared/details.js';
import { createPatience, proxyTransactions } from '../shared/transactions.js';
import {
  inviteChanged,
  type InviteInput,
  type InviteStanding,
  type InviteStatus,
} from './invite/invite.contract.js';
import { nextStep, type InviteStep } from './invite/invite.rules.js';

type InviteActivities = ReturnType<typeof createInviteActivities>;

const transactions = proxyTransactions<Pick<InviteActivities, 'readInvite' | 'expireInvite'>>({
  readInvite: 'reads the row of the invite',
  expireInvite: 'ends the invite if nobody has accepted by now',
});

/** Passed on to the wait's name in the history. */
const waits: Readonly<Record<InviteStep['action'], string>> = {
  send: 'until the message is due',
  remind: 'until it is time to remind',
  expire: 'until the invite expires',
};

/**
 * An invite into an account, from the first message to the end.
 *
 * Starts when a member invites; the invite's id is in the workflow id, so inviting twice sends
 * once.
 * Waits for the provider to take the message, then for the acceptance, with a reminder a day before
 * the end; inviting again sends another message.
 * Ends accepted, revoked or expired; the row decides, so a change while Temporal is away loses
 * nothing.
 */
export async function inviteWorkflow(input: InviteInput): Promise<InviteStatus> {
  const { inviteId } = input;
  const details = createDetails();
  const reading = createPatience(transactions, details, 'Reading the row');
  let hasNews = false;
  let triedNo = 0;
  let isReminderTried = false;
  setHandler(inviteChanged, () => {
    hasNews = true;
  });

  for (;;) {
    hasNews = false;
    const standing = await readStanding();
    if (standing.status !== 'PENDING') {
      details.say(`Ended: ${standing.status}`);
      return standing.status;
    }
    const { action, atMs } = nextStep(standing, { messageNo: triedNo, isReminderTried });
    if (atMs > Date.now()) {
      details.say(`Waits for the acceptance until ${new Date(standing.expiresAtMs).toISOString()}`);
      await condition(() => hasNews, atMs - Date.now(), { summary: waits[action] });
      continue;
    }
    if (action === 'expire') {
      await reading.untilDone(({ expireInvite }) => expireInvite(inviteId));
      continue;
    }
    details.say('Waits for the provider to take the message');
    await trySending(input, { action, messageNo: standing.sendingNo }, details);
    if (action === 'remind') isReminderTried = true;
    else triedNo = standing.sendingNo;
  }

  async function readStanding(): Promise<InviteStanding> {
    let standing: InviteStanding | undefined;
    await reading.untilDone(async ({ readInvite }) => {
      standing = await readInvite(inviteId);
    });
    if (!standing) throw new Error('an attempt without a result has succeeded');
    return standing;
  }
}

interface Message {
  action: 'send' | 'remind';
  messageNo: number;
}

/** A message that no provider took within the budget is not tried again by itself. */
async function trySending(
  { inviteId, messageBudgetMs }: InviteInput,
  { action, messageNo }: Message,
  details: Details,
): Promise<void> {
  const { sendInvite, sendInviteReminder } = proxyActivities<InviteActivities>({
    startToCloseTimeout: '15 seconds',
    scheduleToCloseTimeout: messageBudgetMs,
    retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '5 minutes' },
    summary: 'hands the message to its provider',
  });
  try {
    await (action === 'remind' ? sendInviteReminder(inviteId) : sendInvite(inviteId, messageNo));
    details.fail('The message', undefined);
  } catch (error) {
    if (!(error instanceof ActivityFailure) || isCancellation(error)) throw error;
    const { cause } = error;
    const reason = cause instanceof ApplicationFailure ? `${cause.message}.` : 'no answer in time.';
    details.fail('The message', reason);
  }
}
