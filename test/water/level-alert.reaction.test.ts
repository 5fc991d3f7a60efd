import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { CausingEvent } from '../../workers/relay/sink.js';
import { createLevelAlerts } from '../../workers/water/level-alert.reaction.js';
import { newId } from '../../db/shared/id.js';
import { levelStore, type MeasuredReservoir, type NewReading } from '../../db/water/level.store.js';
import { transacted } from '../support/servers/transacted.js';
import { createTestDatabase, type TestDatabase } from '../support/servers/database.js';
import { aDeviceReading, aMeasuredReservoir, anEditor } from '../support/water/reservoir.js';
import { tokenOf } from '../support/api/test-api.js';
import { createWaterApi } from '../support/api/water-api.js';

let test: TestDatabase;
let as: ReturnType<typeof createWaterApi>;
beforeAll(async () => {
  test = await createTestDatabase();
  as = createWaterApi(test.database);
});
afterAll(() => test.drop());

let reservoir: MeasuredReservoir;
let owner: string;
let alerts: string;
beforeEach(async () => {
  reservoir = await aMeasuredReservoir(test.database, anEditor(), { name: 'Tank {level_pct}' });
  owner = tokenOf({ [reservoir.accountId]: 'OWNER' });
  alerts = `/v1/accounts/${reservoir.accountId}/alerts`;
});
const reaction = () => createLevelAlerts({ database: test.database });
const changes = async (): Promise<CausingEvent[]> =>
  (
    await test.admin.query<CausingEvent>(
      `select event_id as "eventId", account_id as "accountId", event_type as "eventType", subject_id as "subjectId", payload
       from platform.events where subject_id = $1 and event_type = 'RESERVOIR_LEVEL_STATE_CHANGED' order by subject_seq`,
      [reservoir.reservoirId],
    )
  ).rows;
const record = (readings: NewReading[]) =>
  transacted(test.database, { accountId: reservoir.accountId }, levelStore).record(
    reservoir,
    readings,
  );
/** Readings at these levels, and the alerts of the changes, each delivered twice. */
async function happen(...levels: number[]) {
  const readings = levels.map((level, index) => aDeviceReading(index + 1, level));
  await record(readings);
  for (const event of await changes()) {
    await reaction().raiseLevelAlert(event);
    await reaction().raiseLevelAlert(event);
  }
}
const list = async (query = '') =>
  (await as(owner).get(`${alerts}?${query}`).expect(200)).body.items;

describe('a level change', () => {
  it('raises one alert, however often it is delivered', async () => {
    await happen(50, 19.5);
    const [event] = await changes();
    expect(await list()).toEqual([
      {
        alert_id: expect.any(String),
        event_id: event?.eventId,
        event_type: 'RESERVOIR_LEVEL_STATE_CHANGED',
        subject_type: 'reservoir',
        subject_id: reservoir.reservoirId,
        severity: 'WARNING',
        context_type: 'RESERVOIR',
        message_key: 'reservoir.level_low',
        message_args: { reservoir_name: 'Tank {level_pct}', level_pct: 19.5, level_state: 'LOW' },
        rendered_title: 'Tank {level_pct}: level low',
        rendered_message: 'The level is at 19.5 %. Plan a refill.',
        data_snapshot: expect.objectContaining({
          previous_state: 'NORMAL',
          level_state: 'LOW',
          level_pct: 19.5,
        }),
        deeplink: `/reservoirs/${reservoir.reservoirId}`,
        created_at: expect.any(String),
        read_at: null,
        resolved_at: null,
        deliveries: [{ channel: 'APP', status: 'SENT', sent_at: expect.any(String) }],
      },
    ]);
    const { rows } = await test.admin.query(
      `select causation_id from platform.events where event_type = 'ALERT_CREATED' and account_id = $1`,
      [reservoir.accountId],
    );
    expect(rows).toEqual([{ causation_id: event?.eventId }]);
  });

  it('raises one even when it is delivered twice at once', async () => {
    await record([aDeviceReading(1, 5)]);
    const [event] = await changes();
    if (!event) throw new Error('no change');
    await Promise.all([1, 2, 3].map(() => reaction().raiseLevelAlert(event)));
    expect(await list()).toHaveLength(1);
  });

  it('keeps what was open while it gets worse, and resolves it when it gets better', async () => {
    await happen(15, 5);
    expect(
      (await list()).map(({ resolved_at: resolved }: { resolved_at: string | null }) => resolved),
    ).toEqual([null, null]);
    await happen(15, 5, 60);
    const after = await list();
    expect(
      after.map(({ severity, message_key: key }: Record<string, string>) => `${severity} ${key}`),
    ).toEqual([
      'INFO reservoir.level_recovered',
      'CRITICAL reservoir.level_critical',
      'WARNING reservoir.level_low',
    ]);
    for (const { resolved_at: resolved } of after) expect(resolved).toEqual(expect.any(String));
  });

  it('of a reservoir that is gone raises none', async () => {
    await reaction().raiseLevelAlert({
      eventId: newId(),
      accountId: reservoir.accountId,
      eventType: 'RESERVOIR_LEVEL_STATE_CHANGED',
      subjectId: newId(),
      payload: { level_state: 'LOW', previous_state: 'NORMAL' },
    });
    expect(await list()).toEqual([]);
  });
});

describe('alerts', () => {
  it("speak the reader's language", async () => {
    await happen(5.25);
    expect((await list('language=pt'))[0].rendered_title).toBe('Tank {level_pct}: nível crítico');
    expect((await list('language=fr'))[0].rendered_message).toContain('5,3 %');
    await as(owner).get(`${alerts}?language=de`).expect(422);

    const [userId, principalId] = [newId(), newId()];
    await test.admin.query('insert into identity.principals (principal_id, kind) values ($1, $2)', [
      principalId,
      'USER',
    ]);
    await test.admin.query(
      `insert into identity.users (user_id, principal_id, email, password_hash, status, preferred_language)
       values ($1, $2, 'amina@example.com', 'x', 'ACTIVE', 'fr-SN')`,
      [userId, principalId],
    );
    const amina = tokenOf({ [reservoir.accountId]: 'VIEWER' }, principalId);
    expect((await as(amina).get(alerts).expect(200)).body.items[0].rendered_title).toContain(
      'niveau critique',
    );
  });

  it('are listed newest first, a page at a time, of one severity if asked', async () => {
    await happen(15, 5, 60);
    const first = (await as(owner).get(`${alerts}?limit=2`).expect(200)).body;
    const second = (
      await as(owner).get(`${alerts}?limit=2&cursor=${first.next_cursor}`).expect(200)
    ).body;
    expect([...first.items, ...second.items].map(({ severity }) => severity)).toEqual([
      'INFO',
      'CRITICAL',
      'WARNING',
    ]);
    expect(await list('severity=CRITICAL')).toHaveLength(1);
    await as(owner).get(`${alerts}?cursor=x`).expect(422);
  });

  it('are marked as read once', async () => {
    await happen(5);
    const [{ alert_id: alertId }] = await list();
    const read = (await as(owner).post(`${alerts}/${alertId}/mark-read`).expect(200)).body;
    expect(read.read_at).toEqual(expect.any(String));
    expect((await as(owner).post(`${alerts}/${alertId}/mark-read`).expect(200)).body).toEqual(read);
    await as(owner).post(`${alerts}/${newId()}/mark-read`).expect(404);
  });

  it('of another account are not there', async () => {
    await happen(5);
    const [{ alert_id: alertId }] = await list();
    const elsewhere = newId();
    const stranger = tokenOf({ [elsewhere]: 'OWNER' });
    await as(stranger).get(alerts).expect(403);
    await as(stranger).post(`${alerts}/${alertId}/mark-read`).expect(403);
    await as(stranger).post(`/v1/accounts/${elsewhere}/alerts/${alertId}/mark-read`).expect(404);
    await as('nobody').get(alerts).expect(401);
    expect((await list())[0].read_at).toBeNull();
  });
});
