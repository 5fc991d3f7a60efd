import { defineSignal } from '@temporalio/workflow';
import type { SignedStart } from '../shared/start.js';

export const identityTaskQueue = 'identity';

/** Channels in the order of trying: phone first. */
export const channels = ['SMS', 'EMAIL'] as const;
export type Channel = (typeof channels)[number];

export type TokenPurpose = 'VERIFY_IDENTIFIER' | 'RESET_PASSWORD';
export type CloseReason = 'USED' | 'REVOKED';
/**
 * SENT: a provider took the code; FAILED: no provider did; CLOSED: the code was used, revoked or
 * expired before a provider took the code.
 */
export type DeliveryOutcome = 'SENT' | 'FAILED' | 'CLOSED';

/**
 * Why a channel has not taken a code: not configured, refused by the provider for good, or not
 * taken yet.
 */
export const deliveryFailures = [
  'CHANNEL_NOT_CONFIGURED',
  'PROVIDER_REFUSED',
  'PROVIDER_FAILED',
] as const;
export type DeliveryFailure = (typeof deliveryFailures)[number];

export interface OtpInput {
  tokenId: string;
  channels: readonly Channel[];
  /** Time for trying a channel's provider before the next channel's turn. */
  channelBudgetMs: number;
}

export const otpWorkflowType = 'otpWorkflow';
export const otpWorkflowId = (tokenId: string): string => `otp/${tokenId}`;
export const startOfOtp = (tokenId: string): SignedStart => ({
  type: otpWorkflowType,
  id: otpWorkflowId(tokenId),
  accounts: [],
});

/**
 * The code was used or revoked: nothing is to be sent any more. Nobody waits for the answer, and a
 * repeat changes nothing.
 */
export const closeOtp = defineSignal<[CloseReason]>('closeOtp');
