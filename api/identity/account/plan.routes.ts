import type { Static } from 'typebox';
import type { ReadScope } from '../../../db/connection/database.js';
import { planViews } from '../../../db/identity/account/plan.views.js';
import { subscriptionRecords } from '../../../db/identity/account/subscription.records.js';
import { subscriptionViews } from '../../../db/identity/account/subscription.views.js';
import { policy } from '../../../workflows/identity/policy.contract.js';
import { planIds, type PlanId } from '../../../workflows/identity/plan.contract.js';
import { failure } from '../../../workflows/shared/failure.js';
import { anyone, member, platformAdmin, route, type Route } from '../../route/route.js';
import { plan, planParams, plans, subscription, subscriptionPatch } from './plan.schemas.js';

interface PlanRouteParts {
  /** Plans open to accounts for a move up without an admin. */
  selfServicePlans: readonly PlanId[];
}

const tag = 'Plans';
const subscriptionPath = '/v1/accounts/:account_id/subscription';

export function createPlanRoutes({ selfServicePlans }: PlanRouteParts): Route[] {
  const listPlans = route({
    method: 'get',
    path: '/v1/plans',
    summary: 'List the plans',
    description: 'From the smallest to the largest, with their features and limits.',
    tag,
    access: anyone(),
    responses: { 200: plans },
  }).handledBy(async ({ scope }) => ({
    status: 200,
    body: { items: await planViews(scope).list() },
  }));

  const readPlan = route({
    method: 'get',
    path: '/v1/plans/:plan_id',
    summary: 'Read a plan',
    tag,
    access: anyone(),
    params: planParams,
    responses: { 200: plan },
  }).handledBy(async ({ scope, params }) => {
    const view = await planViews(scope).byId(params.plan_id);
    if (!view) throw failure('RESOURCE_NOT_FOUND');
    return { status: 200, body: view };
  });

  const readSubscription = route({
    method: 'get',
    path: subscriptionPath,
    summary: "Read the account's subscription",
    description:
      'Its plan, and what that entitles to. While it is not ACTIVE, what there is can be read, changed and deleted as before; features of the plan are refused (FEATURE_GATE), and so is more of anything that it counts (PLAN_LIMIT_REACHED).',
    tag,
    access: member(),
    responses: { 200: subscription },
  }).handledBy(async ({ scope }) => ({
    status: 200,
    body: await currentSubscription(scope),
  }));

  const changeSubscription = route({
    method: 'patch',
    path: subscriptionPath,
    summary: "Change the account's subscription",
    description:
      'Another plan, at once, and refused while more is used than it allows; another billing period; or CANCELLED, and ACTIVE again. A larger plan than one has only where it is open to everybody (SELF_SERVICE_PLANS); else the platform gives it.',
    tag,
    access: member(...policy['plan.change']),
    audit: { action: 'subscription.change', subject: 'account' },
    body: subscriptionPatch,
    responses: { 200: subscription },
    errors: ['PLAN_TOO_SMALL', 'SUBSCRIPTION_INACTIVE'],
  }).handledBy(async ({ scope, body }) => {
    await subscriptionRecords(scope, { upgrades: selfServicePlans }).update(patchOf(body));
    return { status: 200, body: await currentSubscription(scope) };
  });

  const changeSubscriptionOfAccount = route({
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
  }).handledBy(
    async ({ scope, params: { account_id: accountId }, caller: { principalId }, body }) =>
      scope.as({ accountId, principalId }, async (account) => {
        await subscriptionRecords(account, { upgrades: planIds }).update(patchOf(body));
        return { status: 200, body: await currentSubscription(account) };
      }),
  );

  return [listPlans, readPlan, readSubscription, changeSubscription, changeSubscriptionOfAccount];
}

async function currentSubscription(scope: ReadScope) {
  const view = await subscriptionViews(scope).current();
  if (!view) throw failure('RESOURCE_NOT_FOUND');
  return view;
}

const patchOf = ({
  plan_id: planId,
  status,
  billing_period: billingPeriod,
}: Static<typeof subscriptionPatch>) => ({
  planId,
  status,
  billingPeriod,
});
