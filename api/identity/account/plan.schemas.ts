import { Type } from 'typebox';
import {
  billingPeriods,
  featureKeys,
  planIds,
  subscriptionStatuses,
} from '../../../workflows/identity/plan.contract.js';
import { eachLimitedResource } from '../../../workflows/shared/limited-resources.js';
import { component, etagHeader, nullable, closedObject, timestamp } from '../../route/schema.js';

const planId = Type.Enum([...planIds]);
export const features = Type.Array(Type.Enum([...featureKeys]), {
  description: 'The feature_key of each feature that is on',
});
const limit = nullable(Type.Integer({ minimum: 0, description: 'null is no limit' }));
const limits = closedObject(eachLimitedResource(() => limit));
const used = Type.Integer({ minimum: 0 });

export const planParams = closedObject({
  plan_id: Type.String({ minLength: 1, maxLength: 50, examples: ['protect'] }),
});
export const plan = component(
  'Plan',
  closedObject({
    plan_id: planId,
    plan_version: Type.Integer({ minimum: 1 }),
    name: Type.String({ examples: ['Monitor'] }),
    features,
    limits,
  }),
);
export const plans = closedObject({ items: Type.Array(plan) });

export const subscription = component(
  'Subscription',
  closedObject({
    plan_id: planId,
    status: Type.Enum([...subscriptionStatuses]),
    billing_period: Type.Enum([...billingPeriods]),
    current_period_start: timestamp,
    current_period_end: timestamp,
    features,
    limits,
    usage: closedObject(eachLimitedResource(() => used)),
    etag: etagHeader,
  }),
);
export const subscriptionPatch = closedObject(
  {
    plan_id: Type.Optional(planId),
    status: Type.Optional(Type.Enum(['ACTIVE', 'CANCELLED'])),
    billing_period: Type.Optional(Type.Enum([...billingPeriods])),
  },
  { minProperties: 1 },
);

/** The same in `GET /v1/me`. */
export const subscriptionSummary = closedObject({
  plan_id: planId,
  status: Type.Enum([...subscriptionStatuses]),
});
