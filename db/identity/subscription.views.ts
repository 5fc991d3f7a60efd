import {
  featuresOf,
  limitsOf,
  type BillingPeriod,
  type FeatureKey,
  type LimitedResource,
  type PlanId,
  type PlanLimits,
  type SubscriptionStatus,
} from '../../workflows/identity/plan.contract.js';
import { statement, type Reader } from '../shared/database.js';

/** A subscription as clients see it. In one that is not ACTIVE nothing is entitled: no features, no room. */
export interface SubscriptionView {
  plan_id: PlanId;
  status: SubscriptionStatus;
  billing_period: BillingPeriod;
  current_period_start: string;
  current_period_end: string;
  features: FeatureKey[];
  limits: PlanLimits;
  usage: Record<LimitedResource, number>;
  etag: string;
}

interface Kept {
  features: readonly string[];
  limits: Readonly<Record<string, number>>;
}
type Row = Omit<SubscriptionView, 'features' | 'limits' | 'usage'> & Kept & { used: Readonly<Record<string, number>> };

const byAccount = statement(
  'subscription.byAccount',
  `select s.plan_id, s.status, s.billing_period, lower(period.is) as current_period_start, upper(period.is) as current_period_end,
     p.features, p.limits, format('"%s"', s.version) as etag,
     coalesce((select json_object_agg(u.resource, u.used) from identity.usage u where u.account_id = s.account_id), '{}') as used
   from identity.subscriptions s join identity.plans p using (plan_id, plan_version),
     lateral (select identity.period_of(s.started_at, s.billing_period, coalesce(s.ended_at, now())) as is) period
   where s.account_id = $1`,
);

const entitlements = statement(
  'subscription.entitlements',
  `select s.plan_id, s.status, p.features
   from identity.subscriptions s join identity.plans p using (plan_id, plan_version) where s.account_id = $1`,
);

const room = statement(
  'subscription.room',
  `select s.status as subscription_status, coalesce(u.used, 0) as used,
     case when s.status = 'ACTIVE' then (p.limits ->> $2)::bigint else 0 end as limit
   from identity.subscriptions s join identity.plans p using (plan_id, plan_version)
   left join identity.usage u on u.account_id = s.account_id and u.resource = $2
   where s.account_id = $1`,
);

export interface EntitlementsView {
  planId: PlanId;
  status: SubscriptionStatus;
  features: ReadonlySet<string>;
}

export function createSubscriptionViews(read: Reader) {
  return {
    async byAccount(accountId: string): Promise<SubscriptionView | undefined> {
      const [row] = await read.inAccount<Row>(accountId, byAccount, [accountId]);
      if (!row) return undefined;
      const { used, features, limits, ...subscription } = row;
      const usage = { sites: 0, reservoirs: 0, devices: 0, webhooks: 0, ...used };
      return { ...subscription, features: featuresOf(features), limits: limitsOf(limits), usage };
    },

    async entitlements(accountId: string): Promise<EntitlementsView | undefined> {
      const [row] = await read.inAccount<{
        plan_id: PlanId;
        status: SubscriptionStatus;
        features: readonly string[];
      }>(accountId, entitlements, [accountId]);
      return row && { planId: row.plan_id, status: row.status, features: new Set(featuresOf(row.features)) };
    },

    /** Undefined while one more fits; else what a refusal says. Only adding it decides: this is for those who may not try. */
    async fullness(accountId: string, resource: LimitedResource) {
      const [row] = await read.inAccount<{
        subscription_status: SubscriptionStatus;
        used: number;
        limit: number | null;
      }>(accountId, room, [accountId, resource]);
      return row && row.limit !== null && row.used >= row.limit ? { resource, ...row } : undefined;
    },
  };
}
export type SubscriptionViews = ReturnType<typeof createSubscriptionViews>;
