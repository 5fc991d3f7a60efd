import type { BillingPeriod, PlanId, SubscriptionStatus } from '../../workflows/identity/plan.contract.js';
import { failure } from '../../workflows/shared/failure.js';
import { databaseTimestamp } from '../shared/database-clock.js';
import type { Database, Transaction } from '../shared/database.js';
import type { NewEvent } from '../shared/event.js';
import { emitEvents } from '../shared/outbox.js';
import { subscriptionChanged, subscriptionDowngraded, subscriptionUpgraded } from './subscription.events.js';
import { Subscription } from './subscription.model.js';

/** What an account decides for itself; what is left out stays. */
export interface SubscriptionPatch {
  planId?: PlanId | undefined;
  billingPeriod?: BillingPeriod | undefined;
  status?: Exclude<SubscriptionStatus, 'INACTIVE'> | undefined;
}

/** Who changes the subscription of an account, and to which larger plans they may. */
export interface SubscriptionEditor {
  accountId: string;
  principalId: string;
  upgrades: readonly PlanId[];
}

interface Plan {
  planVersion: number;
  rank: number;
}

/** The newest version of a plan. */
async function newestPlan(trx: Transaction, planId: PlanId): Promise<Plan> {
  const plan = await trx<Plan & { planId: PlanId }>('identity.plans')
    .where({ planId })
    .orderBy('planVersion', 'desc')
    .first('planVersion', 'rank');
  if (!plan) throw new Error(`there is no plan ${planId}`);
  return plan;
}

/** The subscription that an account starts with, in the transaction that opens it. */
export async function subscribe(trx: Transaction, accountId: string, planId: PlanId): Promise<void> {
  const { planVersion } = await newestPlan(trx, planId);
  await Subscription.query(trx).insert({ accountId, planId, planVersion });
}

export function createSubscriptionRecords(database: Database) {
  return {
    /** The same again changes nothing. The database refuses a plan that is too small for what is used. */
    async update({ accountId, principalId, upgrades }: SubscriptionEditor, patch: SubscriptionPatch): Promise<void> {
      await database.inAccount(accountId, async (trx) => {
        const before = await Subscription.query(trx).findById(accountId).forNoKeyUpdate();
        if (!before) throw failure('RESOURCE_NOT_FOUND');
        const after = { ...before, ...given(patch) };
        // What lapsed is opened again by who closed it: the platform, once it is paid.
        if (before.status === 'INACTIVE' && after.status === 'ACTIVE') throw failure('SUBSCRIPTION_INACTIVE');

        const told = await changesOf(trx, before, after, upgrades);
        if (told.length === 0) return;
        const { planId, billingPeriod, status } = after;
        const isOtherPlan = planId !== before.planId;
        await Subscription.query(trx)
          .findById(accountId)
          .patch({
            ...{ planId, billingPeriod, status, version: before.version + 1, updatedAt: databaseTimestamp() },
            ...(isOtherPlan ? { planVersion: (await newestPlan(trx, planId)).planVersion } : {}),
            ...(status === before.status ? {} : standing(status)),
          });
        await emitEvents(
          trx,
          told.map((event) => ({ ...event, actorPrincipalId: principalId })),
        );
      });
    },
  };
}
export type SubscriptionRecords = ReturnType<typeof createSubscriptionRecords>;

type Changing = Pick<Subscription, 'accountId' | 'planId' | 'billingPeriod' | 'status'>;

async function changesOf(
  trx: Transaction,
  before: Changing,
  after: Changing,
  upgrades: readonly PlanId[],
): Promise<NewEvent[]> {
  const ours = { accountId: before.accountId, subjectId: before.accountId };
  const told: NewEvent[] = [];
  if (after.planId !== before.planId) {
    const [from, to] = [await newestPlan(trx, before.planId), await newestPlan(trx, after.planId)];
    const isUpgrade = to.rank > from.rank;
    if (isUpgrade && !upgrades.includes(after.planId))
      throw failure('FORBIDDEN', { reason: 'PLAN_NOT_SELF_SERVICE', plan_id: after.planId });
    const event = isUpgrade ? subscriptionUpgraded : subscriptionDowngraded;
    told.push(event.of({ ...ours, payload: { plan_id: after.planId, previous_plan_id: before.planId } }));
  }
  if (after.status !== before.status || after.billingPeriod !== before.billingPeriod) {
    const payload = { status: after.status, billing_period: after.billingPeriod };
    told.push(subscriptionChanged.of({ ...ours, payload }));
  }
  return told;
}

/** Periods are counted anew from when it is taken up again. */
const standing = (status: SubscriptionStatus) => {
  const now = databaseTimestamp();
  return status === 'ACTIVE' ? { startedAt: now, endedAt: null } : { endedAt: now };
};

const given = <T extends object>(fields: T) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]: Exclude<T[Key], undefined>;
  };
