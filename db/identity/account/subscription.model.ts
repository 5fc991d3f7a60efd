import type {
  BillingPeriod,
  PlanId,
  SubscriptionStatus,
} from '../../../workflows/identity/plan.contract.js';
import { BaseModel } from '../../shared/base-model.js';

/** A row of identity.subscriptions: every account has one. */
export class Subscription extends BaseModel {
  static override tableName = 'identity.subscriptions';
  static override idColumn = 'accountId';

  accountId!: string;
  planId!: PlanId;
  planVersion!: number;
  status!: SubscriptionStatus;
  billingPeriod!: BillingPeriod;
  startedAt!: string;
  endedAt!: string | null;
  version!: number;
  updatedAt!: string;
}
