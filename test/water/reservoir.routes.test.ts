/** Tells of: reservoir-change.records, reservoir-edit.rules. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '../../db/shared/id.js';
import { createTestDatabase, type TestDatabase } from '../support/servers/database.js';
import { aSite } from '../support/water/reservoir.js';
import { tokenOf } from '../support/api/test-api.js';
import { createWaterApi } from '../support/api/water-api.js';

let test: TestDatabase;
let as: ReturnType<typeof createWaterApi>;
beforeAll(async () => {
  test = await createTestDatabase();
  as = createWaterApi(test.database);
});
afterAll(() => test.drop());

let accountId: string;
let siteId: string;
let owner: string;
let reservoirs: string;
beforeEach(async () => {
  accountId = newId();
  owner = tokenOf({ [accountId]: 'OWNER' });
  siteId = await aSite(test.database, { accountId, principalId: newId() });
  reservoirs = `/v1/accounts/${accountId}/reservoirs`;
});
const cylinder = { shape: 'HORIZONTAL_CYLINDER', diameter_mm: 1_000, length_mm: 2_000 };
const body = (given: object = {}) => ({
  site_id: siteId,
  name: 'Tank',
  reservoir_type: 'TANK',
  mobility: 'FIXED',
  monitoring_mode: 'MANUAL',
  ...given,
});
const create = async (given: object = {}) => {
  const { body: made } = await as(owner).post(reservoirs, body(given)).expect(201);
  return { made, path: `/v1/reservoirs/${made.reservoir_id}` };
};
const codeOf = async (call: PromiseLike<{ body: { error_code: string } }>) =>
  (await call).body.error_code;

describe('reservoirs', () => {
  it('are created with defaults and a capacity from their geometry', async () => {
    const response = await as(owner)
      .post(reservoirs, body({ geometry: cylinder, location: { lat: -1.3, lng: 36.8 } }))
      .expect(201);
    expect(response.body).toMatchObject({
      capacity_liters: expect.closeTo(Math.PI * 500, 6),
      capacity_source: 'DERIVED_FROM_GEOMETRY',
      geometry: cylinder,
      full_threshold_pct: 95,
      low_threshold_pct: 20,
      critical_threshold_pct: 10,
      hysteresis_pct: 3,
      safety_margin_pct: 0,
      is_pipe_connected: false,
      level_state: null,
      connectivity_state: 'NO_DEVICE',
      latest_reading: null,
      location: { lat: -1.3, lng: 36.8 },
    });
    expect(response.headers).toMatchObject({
      etag: '"1"',
      location: `/v1/reservoirs/${response.body.reservoir_id}`,
    });
  });

  it.each([
    [{ shape: 'HEXAGON' }, '/geometry/shape', /^must be one of RECTANGULAR_PRISM, .*SPHERE/],
    [{ shape: 'HEXAGON', diameter_mm: 5 }, '/geometry/shape', /^must be one of /],
    [{ shape: 'SPHERE', diameter_mm: 1e308 }, '/geometry/diameter_mm', /^must be <= /],
    [{ shape: 'SPHERE' }, '/geometry/diameter_mm', /^is required$/],
    [5, '/geometry', /^must be object$/],
  ])(
    'with the geometry %j are told where it is wrong, and nothing else',
    async (geometry, path, message) => {
      const { body: answer } = await as(owner).post(reservoirs, body({ geometry })).expect(422);
      expect(answer.details.errors).toEqual([{ path, message: expect.stringMatching(message) }]);
    },
  );

  it('refuse what contradicts itself or is not the client’s to say', async () => {
    const post = (given: object) => codeOf(as(owner).post(reservoirs, body(given)).expect(422));
    expect(await post({ owner_principal_id: newId() })).toBe('VALIDATION_ERROR');
    expect(await post({ capacity_source: 'ADMIN_OVERRIDE' })).toBe('VALIDATION_ERROR');
    expect(await post({ geometry: { shape: 'SPHERE', diameter_mm: -1 } })).toBe('VALIDATION_ERROR');
    expect(await post({ geometry: { ...cylinder, radius: 1 } })).toBe('VALIDATION_ERROR');
    const flat = [
      { level_mm: 0, volume_liters: 5 },
      { level_mm: 10, volume_liters: 5 },
    ];
    expect(await post({ geometry: { shape: 'STRAPPING_TABLE', points: flat } })).toBe(
      'INVALID_GEOMETRY',
    );
    expect(await post({ low_threshold_pct: 30, critical_threshold_pct: 40 })).toBe(
      'INVALID_THRESHOLDS',
    );
    expect(await post({ sensor_empty_distance_mm: 100 })).toBe('INVALID_CALIBRATION');
    expect(await post({ sensor_empty_distance_mm: 100, sensor_full_distance_mm: 100 })).toBe(
      'INVALID_CALIBRATION',
    );
    expect(
      await codeOf(
        as(owner)
          .post(reservoirs, body({ site_id: newId() }))
          .expect(404),
      ),
    ).toBe('RESOURCE_NOT_FOUND');
  });

  it('are listed a page at a time, of one site if asked', async () => {
    const otherSite = await aSite(test.database, { accountId, principalId: newId() });
    for (const name of ['A', 'B', 'C']) await create({ name });
    await create({ name: 'D', site_id: otherSite });
    const names = (response: { body: { items: { name: string }[] } }) =>
      response.body.items.map(({ name }) => name);
    const first = await as(owner).get(`${reservoirs}?limit=3`).expect(200);
    const second = await as(owner)
      .get(`${reservoirs}?limit=3&cursor=${first.body.next_cursor}`)
      .expect(200);
    expect([names(first), names(second)]).toEqual([['A', 'B', 'C'], ['D']]);
    expect(names(await as(owner).get(`${reservoirs}?site_id=${otherSite}`).expect(200))).toEqual([
      'D',
    ]);
  });

  it('are changed by a merge patch from the current version only', async () => {
    const { path } = await create({ geometry: cylinder });
    expect(await codeOf(as(owner).patch(path, { name: 'X' }).expect(428))).toBe(
      'PRECONDITION_REQUIRED',
    );
    const changed = await as(owner)
      .patch(path, { critical_threshold_pct: null, capacity_liters: 1_500 }, '"1"')
      .expect(200);
    expect(changed.body).toMatchObject({
      name: 'Tank',
      geometry: cylinder,
      critical_threshold_pct: null,
      low_threshold_pct: 20,
      capacity_liters: 1_500,
      capacity_source: 'REPORTED',
      etag: '"2"',
    });
    const stale = await as(owner).patch(path, { name: 'Y' }, '"1"').expect(412);
    expect(stale.body).toMatchObject({
      error_code: 'PRECONDITION_FAILED',
      details: { current_etag: '"2"' },
    });
    expect(await codeOf(as(owner).patch(path, { low_threshold_pct: 94 }, '"2"').expect(422))).toBe(
      'INVALID_THRESHOLDS',
    );
    expect(
      await codeOf(as(owner).patch(path, { owner_principal_id: newId() }, '"2"').expect(422)),
    ).toBe('VALIDATION_ERROR');
    expect(await codeOf(as(owner).patch(path, { name: null }, '"2"').expect(422))).toBe(
      'VALIDATION_ERROR',
    );
  });

  it('show the level that a reading made', async () => {
    const { path } = await create({ geometry: cylinder });
    await as(owner).post(`${path}/manual-reading`, { level_pct: 50 }).expect(201);
    const after = await as(owner).get(path).expect(200);
    expect(after.headers['etag']).toBe('"1"');
    expect(after.body.latest_reading).toEqual({
      level_pct: 50,
      volume_liters: expect.closeTo(Math.PI * 250, 6),
      battery_pct: null,
      recorded_at: expect.any(String),
      observed_at: null,
      source: 'MANUAL',
    });
    expect(after.body).toMatchObject({
      level_state: 'NORMAL',
      level_state_updated_at: after.body.latest_reading.recorded_at,
    });
  });

  it('show a new level also to who has seen this version before', async () => {
    const { path } = await create();
    const { etag = '' } = (await as(owner).get(path).expect(200)).headers;
    await as(owner).post(`${path}/manual-reading`, { level_pct: 50 }).expect(201);
    const again = await as(owner).get(path).set('If-None-Match', etag);
    expect(again.body.latest_reading?.level_pct).toBe(50);
  });

  it('are deleted unless an order names them', async () => {
    const { path, made } = await create();
    await test.admin.query(
      'create table water.holders (a uuid, r uuid, foreign key (a, r) references water.reservoirs)',
    );
    await test.admin.query('insert into water.holders values ($1, $2)', [
      accountId,
      made.reservoir_id,
    ]);
    expect(await codeOf(as(owner).delete(path).expect(409))).toBe('RESERVOIR_IN_USE');
    await test.admin.query('drop table water.holders');
    await as(owner).delete(path).expect(204);
    await as(owner).get(path).expect(404);
  });

  it('ask who you are and what you may', async () => {
    const { path } = await create();
    await as('nobody').get(path).expect(401);
    const [viewer, operator] = [
      tokenOf({ [accountId]: 'VIEWER' }),
      tokenOf({ [accountId]: 'OPERATOR' }),
    ];
    await as(viewer).get(path).expect(200);
    await as(viewer).post(`${path}/manual-reading`, { level_pct: 5 }).expect(403);
    await as(operator).post(`${path}/manual-reading`, { level_pct: 5 }).expect(201);
    await as(operator).patch(path, { name: 'X' }, '"1"').expect(403);
    await as(operator).delete(path).expect(403);
    await as(operator).post(reservoirs, body()).expect(403);
  });

  it('of another account are not there', async () => {
    const { path } = await create();
    const stranger = tokenOf({ [newId()]: 'OWNER' });
    await as(stranger).get(path).expect(404);
    await as(stranger).patch(path, { name: 'X' }, '"1"').expect(404);
    await as(stranger).delete(path).expect(404);
    await as(stranger).post(`${path}/manual-reading`, { level_pct: 5 }).expect(404);
    await as(stranger).get(`${path}/readings`).expect(404);
    await as(stranger).get(reservoirs).expect(403);
    await as(stranger).post(reservoirs, body()).expect(403);
  });
});
