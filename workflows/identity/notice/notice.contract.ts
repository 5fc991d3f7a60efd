import type { SignedStart } from '../../shared/start.js';

/** The changes of a person's credentials told by security notices. */
export const noticeKinds = [
  'NEW_SIGN_IN',
  'PASSWORD_RESET',
  'PASSWORD_CHANGED',
  'SESSION_REUSE',
  'MFA_CHANGED',
  'IDENTIFIER_CHANGED',
  'IDENTITY_LINKED',
  'ERASURE',
] as const;
export type NoticeKind = (typeof noticeKinds)[number];

/** SENT: a provider took a message; FAILED: none did, or the person has no proved channel. */
export type NoticeOutcome = 'SENT' | 'FAILED';

export interface NoticeInput {
  eventId: string;
  /** Time for trying the provider of a message. */
  messageBudgetMs: number;
}

export const noticeWorkflowType = 'noticeWorkflow';
export const noticeWorkflowId = (eventId: string): string => `notice/${eventId}`;
export const startOfNotice = (eventId: string): SignedStart => ({
  type: noticeWorkflowType,
  id: noticeWorkflowId(eventId),
  accounts: [],
});
