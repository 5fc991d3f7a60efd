import type { Channel } from '../../workflows/identity/otp.contract.js';

export interface OutgoingMessage {
  /** The same key is the same message: providers that know it deliver it once. */
  idempotencyKey: string;
  to: string;
  /** Not shown by SMS. */
  subject: string;
  text: string;
  /** The code in the text, for the development mailbox. */
  otp?: string;
}

/** The provider will never take this message, so asking again is no use. It says nothing of the message. */
export class MessageRefused extends Error {
  /** Of the protocol, such as SMTP_550. */
  constructor(readonly code?: string) {
    super();
  }
}

/** The way to one kind of provider. It throws while the provider does not take the message, MessageRefused if it never will. */
export interface Sender {
  /** Answers the provider's own id of the message. */
  send(message: OutgoingMessage): Promise<string>;
}

/** A channel that nothing is configured for is not there. */
export type Senders = Partial<Record<Channel, Sender>>;
