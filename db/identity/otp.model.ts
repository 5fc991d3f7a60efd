import type { Channel, DeliveryFailure, DeliveryOutcome, TokenPurpose } from '../../workflows/identity/otp.contract.js';
import { BaseModel } from '../shared/base-model.js';

export class Token extends BaseModel {
  static override tableName = 'identity.tokens';
  static override idColumn = 'tokenId';

  tokenId!: string;
  userId!: string;
  purpose!: TokenPurpose;
  nonce!: Buffer;
  /** Of the identifier that is tried first; null in what the version before issued. */
  identifierHash!: Buffer | null;
  attempts!: number;
  deliveryStatus!: DeliveryOutcome | 'QUEUED';
  createdAt!: string;
  expiresAt!: string;
  usedAt!: string | null;
  revokedAt!: string | null;
}

export class TokenChannel extends BaseModel {
  static override tableName = 'identity.token_channels';
  static override idColumn = ['tokenId', 'channel'];

  tokenId!: string;
  channel!: Channel;
  position!: number;
  /** Where the code goes, and so what it proves; null in what the version before issued. */
  identifier!: string | null;
  codeHash!: Buffer;
  sentAt!: string | null;
  providerMessageId!: string | null;
  /** Of the last try, unless that has succeeded. */
  failureReason!: DeliveryFailure | null;
  failureCode!: string | null;
  failedAt!: string | null;
}
