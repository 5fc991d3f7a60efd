import type {
  BillingPeriod,
  PlanId,
  SubscriptionStatus,
} from '../../../workflows/identity/plan.contract.js';
import { failure } from '../../../workflows/shared/failure.js';
import { integer, text } from '../../connection/column.js';
import { databaseTimestamp } from '../../connection/database-clock.js';
import type { ReadScope, WriteScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';
import type { NewEvent } from '../../shared/event.js';
import { emitEvents } from '../../shared/outbox.js';
import {
  subscriptionChanged,
  subscriptionDowngraded,
  subscriptionUpgraded,
} from './subscription.events.js';
import { Subscription } from './subscription.model.js';

/** An account's changes to the subscription; absent fields stay. */
interface SubscriptionPatch {
  planId?: PlanId | undefined;
  billingPeriod?: BillingPeriod | undefined;
  status?: Exclude<SubscriptionStatus, 'INACTIVE'> | undefined;
}

const newestPlan = query({
  name: 'plan.newest',
  parameters: { planId: text },
  row: { planVersion: integer, rank: integer },
  text: `select p.plan_version, p.rank from identity.plans p where p.plan_id = :planId
   order by p.plan_version desc limit 1`,
});

async function findNewestPlan(scope: ReadScope, planId: PlanId) {
  const [plan] = await scope.read(newestPlan, { planId });
  if (!plan) throw new Error(`there is no plan ${planId}`);
  return plan;
}

/** Opens an account's first subscription, in the transaction that opens the account. */
export async function subscribe(
  scope: WriteScope,
  { accountId, planId, billingPeriod }: FirstSubscription,
): Promise<void> {
  const { planVersion } = await findNewestPlan(scope, planId);
  const chosen = billingPeriod === undefined ? {} : { billingPeriod };
  await Subscription.query(scope.transaction).insert({
    accountId,
    planId,
    planVersion,
    ...chosen,
  });
}

interface FirstSubscription {
  accountId: string;
  planId: PlanId;
  billingPeriod?: BillingPeriod | undefined;
}

interface PlanChoice {
  from: PlanId;
  to: PlanId;
  /** The larger plans open to the caller. */
  upgrades: readonly PlanId[];
}

/** Refuses a larger plan that is not among the `upgrades`; returns whether the plan is larger. */
export async function assertOpenPlan(
  scope: ReadScope,
  { from, to, upgrades }: PlanChoice,
): Promise<boolean> {
  const isUpgrade =
    (await findNewestPlan(scope, to)).rank > (await findNewestPlan(scope, from)).rank;
  if (isUpgrade && !upgrades.includes(to))
    throw failure('FORBIDDEN', { reason: 'PLAN_NOT_SELF_SERVICE', plan_id: to });
  return isUpgrade;
}

/** `upgrades`: the larger plans open to the editing caller. */
export function subscriptionRecords(
  scope: WriteScope,
  { upgrades }: { upgrades: readonly PlanId[] },
) {
  const { accountId, principalId, transaction } = scope;
  return {
    /** Repeating changes nothing. The database refuses a plan too small for the usage. */
    async update(patch: SubscriptionPatch): Promise<void> {
      const before = await Subscription.query(transaction).findById(accountId).forNoKeyUpdate();
      if (!before) throw failure('RESOURCE_NOT_FOUND');
      const after = { ...before, ...given(patch) };
      // A lapsed subscription is reopened by the platform, which closed the subscription, once
      // paid.
      if (before.status === 'INACTIVE' && after.status === 'ACTIVE')
        throw failure('SUBSCRIPTION_INACTIVE');

      const events = await eventsOf(scope, { before, after, upgrades });
      if (events.length === 0) return;
      const { planId, billingPeriod, status } = after;
      const isOtherPlan = planId !== before.planId;
      await Subscription.query(transaction)
        .findById(accountId)
        .patch({
          planId,
          billingPeriod,
          status,
          version: before.version + 1,
          updatedAt: databaseTimestamp(),
          ...(isOtherPlan
            ? { planVersion: (await findNewestPlan(scope, planId)).planVersion }
            : {}),
          ...(status === before.status ? {} : standing(status)),
        });
      await emitEvents(
        scope,
        events.map((event) => ({ ...event, actorPrincipalId: principalId })),
      );
    },
  };
}

type Changing = Pick<Subscription, 'accountId' | 'planId' | 'billingPeriod' | 'status'>;

interface SubscriptionChange {
  before: Changing;
  after: Changing;
  upgrades: readonly PlanId[];
}

/** Throws for a larger plan that is not among the `upgrades`. */
async function eventsOf(
  scope: ReadScope,
  { before, after, upgrades }: SubscriptionChange,
): Promise<NewEvent[]> {
  const ours = { accountId: before.accountId, subjectId: before.accountId };
  const events: NewEvent[] = [];
  if (after.planId !== before.planId) {
    const choice = { from: before.planId, to: after.planId, upgrades };
    const isUpgrade = await assertOpenPlan(scope, choice);
    const event = isUpgrade ? subscriptionUpgraded : subscriptionDowngraded;
    events.push(
      event.of({ ...ours, payload: { plan_id: after.planId, previous_plan_id: before.planId } }),
    );
  }
  if (after.status !== before.status || after.billingPeriod !== before.billingPeriod) {
    const payload = { status: after.status, billing_period: after.billingPeriod };
    events.push(subscriptionChanged.of({ ...ours, payload }));
  }
  return events;
}

/** Periods count anew from the reopening. */
const standing = (status: SubscriptionStatus) => {
  const now = databaseTimestamp();
  return status === 'ACTIVE' ? { startedAt: now, endedAt: null } : { endedAt: now };
};

const given = <T extends object>(fields: T) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]: Exclude<T[Key], undefined>;
  };
