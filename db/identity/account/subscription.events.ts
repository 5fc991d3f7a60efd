import { Type } from 'typebox';
import {
  billingPeriods,
  planIds,
  subscriptionStatuses,
} from '../../../workflows/identity/plan.contract.js';
import { defineEvent } from '../../shared/event.js';

const planId = Type.Enum([...planIds]);
const object = { additionalProperties: false } as const;
const base = { version: 1, subjectType: 'account' } as const;

const planChange = {
  payload: Type.Object({ plan_id: planId, previous_plan_id: planId }, object),
};

export const subscriptionUpgraded = defineEvent({
  ...base,
  ...planChange,
  type: 'SUBSCRIPTION_UPGRADED',
  topic: 'identity.subscription.upgraded',
  example: { plan_id: 'pro', previous_plan_id: 'monitor' },
});
export const subscriptionDowngraded = defineEvent({
  ...base,
  ...planChange,
  type: 'SUBSCRIPTION_DOWNGRADED',
  topic: 'identity.subscription.downgraded',
  example: { plan_id: 'monitor', previous_plan_id: 'pro' },
});

/** The status or the billing period changed; a change of plan is a separate event. */
export const subscriptionChanged = defineEvent({
  ...base,
  type: 'SUBSCRIPTION_CHANGED',
  topic: 'identity.subscription.changed',
  payload: Type.Object(
    {
      status: Type.Enum([...subscriptionStatuses]),
      billing_period: Type.Enum([...billingPeriods]),
    },
    object,
  ),
  example: { status: 'CANCELLED', billing_period: 'MONTHLY' },
});
