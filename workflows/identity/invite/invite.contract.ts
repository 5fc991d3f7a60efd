import { defineSignal } from '@temporalio/workflow';
import type { SignedStart } from '../../shared/start.js';

/** PENDING until accepted, revoked or expired; the other states are final. */
export const inviteStatuses = ['PENDING', 'ACCEPTED', 'REVOKED', 'EXPIRED'] as const;
export type InviteStatus = (typeof inviteStatuses)[number];

/** Open invites of an account at most. */
export const maxPendingInvites = 500;

/** The invite's row, as far as the workflow needs it. Times in milliseconds since 1970. */
export interface InviteStanding {
  status: InviteStatus;
  expiresAtMs: number;
  /** Number of the last message asked for, from 1 on. */
  sendingNo: number;
  /** Number of the last message that a provider took; 0 for none. */
  sentNo: number;
  /** Undefined once the reminder went out. */
  remindAtMs?: number | undefined;
}

export interface InviteInput {
  inviteId: string;
  /** Time for trying the provider of a message. */
  messageBudgetMs: number;
}

export const inviteWorkflowType = 'inviteWorkflow';
export const inviteWorkflowId = (inviteId: string): string => `invite/${inviteId}`;
export const startOfInvite = (inviteId: string): SignedStart => ({
  type: inviteWorkflowType,
  id: inviteWorkflowId(inviteId),
  accounts: [],
});

/** The row has changed: another message is wanted, or the invite is over. A repeat changes nothing. */
export const inviteChanged = defineSignal('inviteChanged');
