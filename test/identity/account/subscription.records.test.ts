import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { platformAccountId } from '../../../db/connection/database.js';
import { openAccount } from '../../../db/identity/account/account.records.js';
import { subscriptionRecords } from '../../../db/identity/account/subscription.records.js';
import { subscriptionViews } from '../../../db/identity/account/subscription.views.js';
import { newId } from '../../../db/shared/id.js';
import { SiteModel } from '../../../db/water/site.model.js';
import { siteRecords } from '../../../db/water/site.records.js';
import { planIds, type PlanId } from '../../../workflows/identity/plan.contract.js';
import { asFailure } from '../../../workflows/shared/failure.js';
import { selfServicePlans } from '../../../workers/api/self-service-plans.js';
import { createTestDatabase, type TestDatabase } from '../../support/servers/database.js';
import { textQuery } from '../../support/servers/text-query.js';
import { transacted } from '../../support/servers/transacted.js';

let test: TestDatabase;
let principalId: string;
let accountId: string;
let editor: { accountId: string; principalId: string };
const siteLimit = 5;

beforeAll(async () => {
  test = await createTestDatabase();
  principalId = newId();
  await test.admin.query(
    `insert into identity.principals (principal_id, kind) values ($1, 'USER')`,
    [principalId],
  );
});
afterAll(() => test.drop());
beforeEach(async () => {
  accountId = await openWith('monitor');
  editor = { accountId, principalId };
});

const openWith = (planId: PlanId): Promise<string> =>
  test.database.transaction({ accountId: platformAccountId }, (scope) =>
    openAccount(scope, {
      kind: 'ORGANIZATION',
      name: 'Waterworks',
      planId,
      ownerPrincipalId: principalId,
    }),
  );
const records = (upgrades: readonly PlanId[] = planIds) =>
  transacted(test.database, editor, (scope) => subscriptionRecords(scope, { upgrades }));
const sites = () => transacted(test.database, editor, siteRecords);
const createSites = (n: number) =>
  Promise.allSettled(Array.from({ length: n }, () => sites().create({ name: 'Yard' })));
const siteIdsOf = (outcomes: readonly PromiseSettledResult<string>[]): string[] =>
  outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
const refusals = (outcomes: readonly PromiseSettledResult<string>[]) =>
  outcomes.flatMap((outcome) =>
    outcome.status === 'rejected' ? [asFailure(outcome.reason) ?? outcome.reason] : [],
  );
const refusalOf = (work: Promise<unknown>) =>
  work.then(Object, (error: unknown) => asFailure(error) ?? error);
const subscription = () => subscriptionViews(test.database.reads({ accountId })).current();

async function used(): Promise<number> {
  const { rows } = await test.admin.query<{ used: number }>(
    "select used from identity.usage where account_id = $1 and resource = 'sites'",
    [accountId],
  );
  return rows[0]?.used ?? 0;
}
const counted = async () => (await test.admin.query('select * from identity.usage_faults()')).rows;

describe('what a plan counts', () => {
  it('is never more than its limit, however many are made at once', async () => {
    const outcomes = await createSites(50);
    expect(siteIdsOf(outcomes)).toHaveLength(siteLimit);
    const full = {
      resource: 'sites',
      limit: siteLimit,
      used: siteLimit,
      subscription_status: 'ACTIVE',
    };
    expect(refusals(outcomes)).toEqual(
      Array(45).fill({ code: 'PLAN_LIMIT_REACHED', details: full }),
    );
    expect(await used()).toBe(siteLimit);
    expect(await counted()).toEqual([]);
  });

  it('is given back when it is deleted, and room is for exactly as many again', async () => {
    const all = siteIdsOf(await createSites(siteLimit));
    await Promise.all(all.slice(0, 2).map((id) => sites().delete(id)));
    expect(siteIdsOf(await createSites(10))).toHaveLength(2);
    expect(await counted()).toEqual([]);
  });

  it('is not counted when its transaction is rolled back', async () => {
    const failing = test.database.transaction({ accountId }, async ({ transaction }) => {
      await SiteModel.query(transaction).insert({
        accountId,
        siteId: newId(),
        name: 'Yard',
        siteType: 'OTHER',
      });
      throw new Error('after all not');
    });
    await expect(failing).rejects.toThrow('after all not');
    expect(await used()).toBe(0);
    expect(siteIdsOf(await createSites(siteLimit))).toHaveLength(siteLimit);
  });

  it('is counted by statement, so one that adds too many adds none', async () => {
    const rows = Array.from({ length: siteLimit + 1 }, () => ({
      accountId,
      siteId: newId(),
      name: 'Yard',
      siteType: 'OTHER' as const,
    }));
    const insert = test.database.transaction({ accountId }, async ({ transaction }) =>
      SiteModel.query(transaction).insert(rows),
    );
    expect(await refusalOf(insert)).toMatchObject({
      code: 'PLAN_LIMIT_REACHED',
      details: { used: 0 },
    });
    expect(await used()).toBe(0);
  });

  it('has no limit where the plan names none', async () => {
    accountId = await openWith('pro');
    editor = { accountId, principalId };
    expect(siteIdsOf(await createSites(20))).toHaveLength(20);
    expect(await used()).toBe(20);
  });

  it('is not the application’s to write', async () => {
    await createSites(1);
    const forging = test.database
      .statements({ accountId })
      .run(textQuery('update identity.usage set used = 0'), {});
    await expect(forging).rejects.toThrow(/permission denied/);
  });

  it('is recounted, and a counter that is wrong is found', async () => {
    await createSites(2);
    await test.admin.query('update identity.usage set used = 3 where account_id = $1', [accountId]);
    expect(await counted()).toEqual([
      { account_id: accountId, resource: 'sites', used: 3, counted: 2 },
    ]);
    await test.admin.query('update identity.usage set used = 2 where account_id = $1', [accountId]);
  });

  it('counts devices while they are attached', async () => {
    const deviceId = 'B43A4536C83C';
    const [siteId = ''] = siteIdsOf(await createSites(1));
    const reservoirId = newId();
    await test.admin.query(
      `insert into devices.device_units (device_id, serial_number, provisioning_status, mqtt_password_hash) values ($1, 'JL-ABC123', 'PROVISIONED', '');`,
      [deviceId],
    );
    await test.admin.query(
      `insert into devices.devices (device_id, serial_number) values ($1, 'JL-ABC123')`,
      [deviceId],
    );
    await test.admin.query(
      `insert into water.reservoirs (account_id, reservoir_id, site_id, name, reservoir_type, mobility, monitoring_mode)
       values ($1, $2, $3, 'Tank', 'TANK', 'FIXED', 'DEVICE')`,
      [accountId, reservoirId, siteId],
    );
    for (const round of [1, 2]) {
      await test.admin.query(
        `insert into devices.device_attachments (account_id, attachment_id, device_id, kind, thing_id) values ($1, $2, $3, 'reservoir', $4)`,
        [accountId, newId(), deviceId, reservoirId],
      );
      expect([round, (await subscription())?.usage]).toEqual([
        round,
        { sites: 1, reservoirs: 1, devices: 1, webhooks: 0 },
      ]);
      await test.admin.query(
        'update devices.device_attachments set detached_at = now() where account_id = $1',
        [accountId],
      );
      expect([round, (await subscription())?.usage.devices]).toEqual([round, 0]);
    }
    // The reservoir takes the dependent rows along, and gives no usage back twice.
    await test.admin.query('delete from water.reservoirs where account_id = $1', [accountId]);
    expect((await subscription())?.usage).toEqual({
      sites: 1,
      reservoirs: 0,
      devices: 0,
      webhooks: 0,
    });
    expect(await counted()).toEqual([]);
  });
});

describe('a plan that is smaller', () => {
  beforeEach(async () => {
    accountId = await openWith('pro');
    editor = { accountId, principalId };
  });

  it('is refused with what is over, until it fits', async () => {
    const all = siteIdsOf(await createSites(siteLimit + 2));
    expect(await refusalOf(records().update({ planId: 'monitor' }))).toEqual({
      code: 'PLAN_TOO_SMALL',
      details: {
        conflict: {
          conflict_type: 'PLAN_LIMIT',
          resource: 'plan/monitor',
          current: { sites: siteLimit + 2 },
          requested: { sites: siteLimit },
          retryable: false,
        },
      },
    });
    expect((await subscription())?.plan_id).toBe('pro');
    await Promise.all(all.slice(0, 2).map((id) => sites().delete(id)));
    await records().update({ planId: 'monitor' });
    expect(refusals(await createSites(1))).toMatchObject([{ code: 'PLAN_LIMIT_REACHED' }]);
  });

  it('and what is added at the same moment never both get in', async () => {
    for (let round = 0; round < 10; round += 1) {
      accountId = await openWith('pro');
      editor = { accountId, principalId };
      const [outcomes, downgrade] = await Promise.all([
        createSites(siteLimit + 1),
        refusalOf(records().update({ planId: 'monitor' })),
      ]);
      const isRefused = downgrade.code === 'PLAN_TOO_SMALL';
      expect([isRefused, siteIdsOf(outcomes).length <= siteLimit]).toEqual([isRefused, !isRefused]);
      expect(await used()).toBe(siteIdsOf(outcomes).length);
    }
  });
});

describe('a subscription that has ended', () => {
  it('keeps what there is and lets nothing be added, until it is taken up again', async () => {
    const [siteId = ''] = siteIdsOf(await createSites(2));
    await records().update({ status: 'CANCELLED' });
    const refused = { resource: 'sites', limit: 0, used: 2, subscription_status: 'CANCELLED' };
    expect(refusals(await createSites(1))).toEqual([
      { code: 'PLAN_LIMIT_REACHED', details: refused },
    ]);
    await sites().update(siteId, 1, { name: 'Depot' });
    await sites().delete(siteId);
    await records().update({ status: 'ACTIVE' });
    expect(siteIdsOf(await createSites(1))).toHaveLength(1);
  });

  it('is opened again only by the platform where it has lapsed', async () => {
    await test.admin.query(
      "update identity.subscriptions set status = 'INACTIVE', ended_at = now() where account_id = $1",
      [accountId],
    );
    const reopening = records().update({ status: 'ACTIVE' });
    expect(await refusalOf(reopening)).toMatchObject({ code: 'SUBSCRIPTION_INACTIVE' });
  });
});

describe('a change of plan', () => {
  it('is told once, as what it is', async () => {
    for (const planId of ['pro', 'pro', 'protect'] as const) await records().update({ planId });
    await records().update({ billingPeriod: 'YEARLY' });
    const { rows } = await test.admin.query(
      "select event_type, payload from platform.events where account_id = $1 and event_type like 'SUBSCRIPTION%' order by subject_seq",
      [accountId],
    );
    expect(rows).toEqual([
      {
        event_type: 'SUBSCRIPTION_UPGRADED',
        payload: { plan_id: 'pro', previous_plan_id: 'monitor' },
      },
      {
        event_type: 'SUBSCRIPTION_DOWNGRADED',
        payload: { plan_id: 'protect', previous_plan_id: 'pro' },
      },
      {
        event_type: 'SUBSCRIPTION_CHANGED',
        payload: { status: 'ACTIVE', billing_period: 'YEARLY' },
      },
    ]);
    expect((await subscription())?.etag).toBe('"4"');
  });

  it('upwards is for those who may, and downwards for its owner', async () => {
    const asOwner = () => records(['protect']);
    expect(await refusalOf(asOwner().update({ planId: 'pro' }))).toEqual({
      code: 'FORBIDDEN',
      details: { reason: 'PLAN_NOT_SELF_SERVICE', plan_id: 'pro' },
    });
    // Neither with something else nor in steps.
    const withMore = { planId: 'pro', billingPeriod: 'YEARLY' } as const;
    expect(await refusalOf(asOwner().update(withMore))).toMatchObject({
      code: 'FORBIDDEN',
    });
    expect(await subscription()).toMatchObject({
      plan_id: 'monitor',
      billing_period: 'MONTHLY',
      etag: '"1"',
    });
    await asOwner().update({ planId: 'protect' });
    expect(await refusalOf(asOwner().update({ planId: 'pro' }))).toMatchObject({
      code: 'FORBIDDEN',
    });
    await records().update({ planId: 'pro' });
    await records([]).update({ planId: 'monitor' });
    expect(await refusalOf(records([]).update({ planId: 'protect' }))).toMatchObject({
      code: 'FORBIDDEN',
    });
  });

  it('upwards is open to all in development, to none in production, and to those that are listed', () => {
    expect(selfServicePlans({ isProduction: false, SELF_SERVICE_PLANS: undefined })).toEqual(
      planIds,
    );
    expect(selfServicePlans({ isProduction: true, SELF_SERVICE_PLANS: undefined })).toEqual([]);
    expect(selfServicePlans({ isProduction: true, SELF_SERVICE_PLANS: 'pro,protect' })).toEqual([
      'protect',
      'pro',
    ]);
  });

  it('takes the newest version of a plan, and leaves others with the one they have', async () => {
    const other = await openWith('protect');
    await test.admin.query(
      `insert into identity.plans (plan_id, plan_version, name, rank, features, limits) values ('protect', 2, 'Protect', 2, '{}', '{ "sites": 7 }')`,
    );
    await records().update({ planId: 'protect' });
    expect((await subscription())?.limits).toEqual({
      sites: 7,
      reservoirs: null,
      devices: null,
      webhooks: null,
    });
    accountId = other;
    expect((await subscription())?.limits.sites).toBe(50);
  });
});

describe('a billing period', () => {
  it.each([
    [
      'MONTHLY',
      '2026-01-31T10:00:00Z',
      '2026-02-28T09:00:00Z',
      ['2026-01-31T10:00:00.000Z', '2026-02-28T10:00:00.000Z'],
    ],
    [
      'MONTHLY',
      '2026-01-31T10:00:00Z',
      '2026-02-28T11:00:00Z',
      ['2026-02-28T10:00:00.000Z', '2026-03-31T10:00:00.000Z'],
    ],
    [
      'MONTHLY',
      '2026-01-31T10:00:00Z',
      '2026-03-31T10:00:00Z',
      ['2026-03-31T10:00:00.000Z', '2026-04-30T10:00:00.000Z'],
    ],
    [
      'MONTHLY',
      '2026-05-15T00:00:00Z',
      '2026-05-15T00:00:00Z',
      ['2026-05-15T00:00:00.000Z', '2026-06-15T00:00:00.000Z'],
    ],
    [
      'YEARLY',
      '2024-02-29T00:00:00Z',
      '2026-11-21T00:00:00Z',
      ['2026-02-28T00:00:00.000Z', '2027-02-28T00:00:00.000Z'],
    ],
  ])('%s from %s holds %s', async (period, started, moment, bounds) => {
    const { rows } = await test.admin.query(
      'select lower(p) as opens, upper(p) as closes from identity.period_of($1, $2, $3) p',
      [started, period, moment],
    );
    const iso = (value: unknown) => new Date(String(value)).toISOString();
    expect([iso(rows[0].opens), iso(rows[0].closes)]).toEqual(bounds);
  });
});
