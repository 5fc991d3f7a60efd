import type {
  WebhookDisabledReason,
  WebhookStatus,
} from '../../../workflows/platform/webhook.contract.js';
import { BaseModel } from '../../shared/base-model.js';

/** A row of platform.webhooks. */
export class WebhookModel extends BaseModel {
  static override tableName = 'platform.webhooks';
  static override idColumn = ['accountId', 'webhookId'];

  accountId!: string;
  webhookId!: string;
  url!: string;
  eventTypes!: string[] | null;
  description!: string | null;
  status!: WebhookStatus;
  disabledReason!: WebhookDisabledReason | null;
  secretSealed!: Buffer;
  previousSecretSealed!: Buffer | null;
  previousSecretUntil!: string | null;
  exhaustedInRow!: number;
  failingSince!: string | null;
  suspendedAt!: string | null;
  version!: number;
  createdAt!: string;
  updatedAt!: string;
}
