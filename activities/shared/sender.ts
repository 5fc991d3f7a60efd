import type { MessageChannel } from '../../workflows/identity/notice/message.contract.js';

interface OutgoingMessage {
  /**
   * The same key means the same message: providers with idempotency keys deliver the message once.
   */
  idempotencyKey: string;
  /** An address, a number, or the token of a phone or browser. */
  to: string;
  /** Not shown by SMS. */
  subject: string;
  text: string;
  /** The code in the text, for the development mailbox. */
  otp?: string;
  /** The token in the text, likewise. */
  inviteToken?: string;
}

/**
 * The provider will never take the message, so a retry is no use. The error reveals nothing of the
 * message.
 */
export class MessageRefused extends Error {
  /** Of the protocol, such as SMTP_550. */
  constructor(readonly code?: string) {
    super();
  }
}

/**
 * The way to a provider. Throws while the provider does not take the message, MessageRefused if the
 * provider never will.
 */
export interface Sender {
  /** Answers the provider's own id of the message. */
  send(message: OutgoingMessage): Promise<string>;
}

/** A channel not configured is absent. */
export type Senders = Partial<Record<MessageChannel, Sender>>;
