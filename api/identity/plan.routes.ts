import type { Static } from 'typebox';
import type { PlanViews } from '../../db/identity/plan.views.js';
import type { SubscriptionRecords } from '../../db/identity/subscription.records.js';
import type { SubscriptionViews } from '../../db/identity/subscription.views.js';
import { planIds, type PlanId } from '../../workflows/identity/plan.contract.js';
import { failure } from '../../workflows/shared/failure.js';
import { anyone, member, platformAdmin, route, type Route } from '../shared/route.js';
import { plan, planParams, plans, subscription, subscriptionPatch } from './plan.schemas.js';

export interface PlanRouteParts {
  plans: PlanViews;
  subscriptions: SubscriptionViews;
  records: SubscriptionRecords;
  /** Plans that accounts may move up to by themselves. */
  selfServicePlans: readonly PlanId[];
}

const tag = 'Plans';
const subscriptionPath = '/v1/accounts/:account_id/subscription';

export function createPlanRoutes({ plans: views, subscriptions, records, selfServicePlans }: PlanRouteParts): Route[] {
  async function show(accountId: string) {
    const found = await subscriptions.byAccount(accountId);
    if (!found) throw failure('RESOURCE_NOT_FOUND');
    return found;
  }

  return [
    route({
      method: 'get',
      path: '/v1/plans',
      summary: 'List the plans',
      description: 'From the smallest to the largest, with their features and limits.',
      tag,
      access: anyone(),
      responses: { 200: plans },
    }).handledBy(async () => ({ status: 200, body: { items: await views.list() } })),

    route({
      method: 'get',
      path: '/v1/plans/:plan_id',
      summary: 'Read a plan',
      tag,
      access: anyone(),
      params: planParams,
      responses: { 200: plan },
    }).handledBy(async ({ params }) => {
      const found = await views.byId(params.plan_id);
      if (!found) throw failure('RESOURCE_NOT_FOUND');
      return { status: 200, body: found };
    }),

    route({
      method: 'get',
      path: subscriptionPath,
      summary: "Read the account's subscription",
      description:
        'Its plan, and what that entitles to. While it is not ACTIVE, what there is can be read, changed and deleted as before; features of the plan are refused (FEATURE_GATE), and so is more of anything that it counts (PLAN_LIMIT_REACHED).',
      tag,
      access: member(),
      responses: { 200: subscription },
    }).handledBy(async ({ accountId }) => ({ status: 200, body: await show(accountId) })),

    route({
      method: 'patch',
      path: subscriptionPath,
      summary: "Change the account's subscription",
      description:
        'Another plan, at once, and refused while more is used than it allows; another billing period; or CANCELLED, and ACTIVE again. A larger plan than one has only where it is open to everybody (SELF_SERVICE_PLANS); else the platform gives it.',
      tag,
      access: member('OWNER', 'ADMIN'),
      audit: { action: 'subscription.change', subject: 'account' },
      body: subscriptionPatch,
      responses: { 200: subscription },
      errors: ['PLAN_TOO_SMALL', 'SUBSCRIPTION_INACTIVE'],
    }).handledBy(async ({ accountId, caller, body }) => {
      await records.update({ accountId, principalId: caller.principalId, upgrades: selfServicePlans }, patchOf(body));
      return { status: 200, body: await show(accountId) };
    }),

    route({
      method: 'patch',
      path: '/v1/internal/accounts/:account_id/subscription',
      operationId: 'updateSubscriptionOfAccount',
      summary: 'Change the subscription of any account',
      description: 'As its owner would, and to any plan.',
      tag,
      access: platformAdmin(),
      audit: { action: 'subscription.change', subject: 'account' },
      body: subscriptionPatch,
      responses: { 200: subscription },
      errors: ['RESOURCE_NOT_FOUND', 'PLAN_TOO_SMALL', 'SUBSCRIPTION_INACTIVE'],
    }).handledBy(async ({ params: { account_id: accountId }, caller, body }) => {
      await records.update({ accountId, principalId: caller.principalId, upgrades: planIds }, patchOf(body));
      return { status: 200, body: await show(accountId) };
    }),
  ];
}

const patchOf = ({ plan_id: planId, status, billing_period: billingPeriod }: Static<typeof subscriptionPatch>) => ({
  planId,
  status,
  billingPeriod,
});
