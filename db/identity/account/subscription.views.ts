import {
  featuresOf,
  limitsOf,
  type BillingPeriod,
  type FeatureKey,
  type PlanId,
  type PlanLimits,
  type SubscriptionStatus,
} from '../../../workflows/identity/plan.contract.js';
import {
  eachLimitedResource,
  type LimitedResource,
} from '../../../workflows/shared/limited-resources.js';
import {
  arrayOf,
  bigInteger,
  builtJson,
  json,
  orNull,
  text,
  textOf,
  timestamp,
  uuid,
  type Values,
} from '../../connection/column.js';
import type { ReadScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';

const standing = {
  plan_id: textOf<PlanId>(),
  status: textOf<SubscriptionStatus>(),
};
const subscription = {
  ...standing,
  billing_period: textOf<BillingPeriod>(),
  current_period_start: timestamp,
  current_period_end: timestamp,
  features: arrayOf(text),
  limits: json<Record<string, number>>(),
  etag: text,
  used: builtJson<Partial<Record<LimitedResource, number>>>(),
};

/**
 * A subscription as seen by clients. A subscription that is not ACTIVE entitles to nothing: no
 * features, no room.
 */
type SubscriptionView = Omit<Values<typeof subscription>, 'features' | 'limits' | 'used'> & {
  features: FeatureKey[];
  limits: PlanLimits;
  usage: Record<LimitedResource, number>;
};

const subscriptionByAccount = query({
  name: 'subscription.byAccount',
  parameters: { accountId: uuid },
  row: subscription,
  text: `select s.plan_id, s.status, s.billing_period, lower(period.is) as current_period_start, upper(period.is) as current_period_end,
     p.features, p.limits, format('"%s"', s.version) as etag,
     coalesce((select json_object_agg(u.resource, u.used) from identity.usage u where u.account_id = s.account_id), '{}') as used
   from identity.subscriptions s join identity.plans p using (plan_id, plan_version),
     lateral (select identity.period_of(s.started_at, s.billing_period, coalesce(s.ended_at, now())) as is) period
   where s.account_id = :accountId`,
});

const entitlementsByAccount = query({
  name: 'subscription.entitlements',
  parameters: { accountId: uuid },
  row: { ...standing, features: arrayOf(text) },
  text: `select s.plan_id, s.status, p.features
   from identity.subscriptions s join identity.plans p using (plan_id, plan_version) where s.account_id = :accountId`,
});

const roomOfResource = query({
  name: 'subscription.room',
  parameters: { accountId: uuid, resource: text },
  row: {
    subscription_status: textOf<SubscriptionStatus>(),
    used: bigInteger,
    limit: orNull(bigInteger),
  },
  text: `select s.status as subscription_status, coalesce(u.used, 0) as used,
     case when s.status = 'ACTIVE' then (p.limits ->> :resource)::bigint else 0 end as limit
   from identity.subscriptions s join identity.plans p using (plan_id, plan_version)
   left join identity.usage u on u.account_id = s.account_id and u.resource = :resource
   where s.account_id = :accountId`,
});

export interface EntitlementsView {
  planId: PlanId;
  status: SubscriptionStatus;
  features: ReadonlySet<string>;
}

/** Of the scope's account. */
export function subscriptionViews(scope: ReadScope) {
  const { accountId } = scope;
  return {
    async current(): Promise<SubscriptionView | undefined> {
      const [row] = await scope.read(subscriptionByAccount, { accountId });
      if (!row) return undefined;
      const { used, features, limits, ...told } = row;
      const usage = { ...eachLimitedResource(() => 0), ...used };
      return { ...told, features: featuresOf(features), limits: limitsOf(limits), usage };
    },

    async entitlements(): Promise<EntitlementsView | undefined> {
      const [row] = await scope.read(entitlementsByAccount, { accountId });
      if (!row) return undefined;
      const { plan_id: planId, status, features } = row;
      return { planId, status, features: new Set(featuresOf(features)) };
    },

    /**
     * Undefined while another fits; otherwise the details of a refusal. Only the insert decides:
     * the look is for callers that may not try.
     */
    async fullness(resource: LimitedResource) {
      const [row] = await scope.read(roomOfResource, { accountId, resource });
      return row && row.limit !== null && row.used >= row.limit ? { resource, ...row } : undefined;
    },
  };
}
