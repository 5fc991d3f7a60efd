import { defineSignal } from '@temporalio/workflow';
import type { SignedStart } from '../shared/start.js';

export const identityTaskQueue = 'identity';

/** In the order in which they are tried: phone first. */
export const channels = ['SMS', 'EMAIL'] as const;
export type Channel = (typeof channels)[number];

export type TokenPurpose = 'VERIFY_IDENTIFIER';
export type CloseReason = 'USED' | 'REVOKED';
/** SENT: a provider took it; FAILED: none did; CLOSED: it was used, revoked or expired before one did. */
export type DeliveryOutcome = 'SENT' | 'FAILED' | 'CLOSED';

/** Why a channel has not taken a code: nothing is configured for it, its provider never will take it, or has not yet. */
export const deliveryFailures = ['CHANNEL_NOT_CONFIGURED', 'PROVIDER_REFUSED', 'PROVIDER_FAILED'] as const;
export type DeliveryFailure = (typeof deliveryFailures)[number];

export interface OtpInput {
  tokenId: string;
  channels: readonly Channel[];
  /** How long one channel's provider is tried before the next channel's turn. */
  channelBudgetMs: number;
}

export const otpWorkflowType = 'otpWorkflow';
export const otpWorkflowId = (tokenId: string): string => `otp/${tokenId}`;
export const startOfOtp = (tokenId: string): SignedStart => ({
  ...{ type: otpWorkflowType, id: otpWorkflowId(tokenId), accounts: [] },
});

/** The code was used or revoked: nothing is to be sent any more. Nobody waits for the answer, and a repeat changes nothing. */
export const closeOtp = defineSignal<[CloseReason]>('closeOtp');
