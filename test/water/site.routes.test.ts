/** Tells of: site.records. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '../../db/shared/id.js';
import { createTestDatabase, type TestDatabase } from '../support/servers/database.js';
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
let owner: string;
let sites: string;
beforeEach(() => {
  accountId = newId();
  owner = tokenOf({ [accountId]: 'OWNER' });
  sites = `/v1/accounts/${accountId}/sites`;
});
const create = async (body: object = { name: 'Depot' }) =>
  (await as(owner).post(sites, body).expect(201)).body;

describe('sites', () => {
  it('are created with what was given and the rest filled in', async () => {
    const response = await as(owner)
      .post(sites, {
        name: 'Depot',
        site_type: 'DEPOT',
        location: { lat: -1.3, lng: 36.8 },
        address: 'Karanja Road',
      })
      .expect(201);
    expect(response.body).toMatchObject({
      name: 'Depot',
      site_type: 'DEPOT',
      location: { lat: -1.3, lng: 36.8 },
      zone_id: null,
      owner_principal_id: accountId,
    });
    expect(response.headers).toMatchObject({
      etag: '"1"',
      location: `/v1/sites/${response.body.site_id}`,
    });
    expect((await create()).site_type).toBe('OTHER');
  });

  it('refuse what the client may not say, naming every fault', async () => {
    const body = { site_type: 'PALACE', owner_principal_id: newId(), location: { lat: 91 } };
    const { details } = (await as(owner).post(sites, body).expect(422)).body;
    expect(details.errors.map(({ path }: { path: string }) => path)).toEqual(
      expect.arrayContaining([
        '/name',
        '/site_type',
        '/owner_principal_id',
        '/location/lat',
        '/location/lng',
      ]),
    );
    const { site_id: siteId } = await create();
    await as(owner)
      .patch(`/v1/sites/${siteId}`, { owner_principal_id: newId() }, '"1"')
      .expect(422);
    await as(owner).patch(`/v1/sites/${siteId}`, {}, '"1"').expect(422);
  });

  it('are listed a page at a time, each once', async () => {
    for (const name of ['A', 'B', 'C']) await create({ name });
    const first = await as(owner).get(`${sites}?limit=2`).expect(200);
    expect(first.body.items.map(({ name }: { name: string }) => name)).toEqual(['A', 'B']);
    expect(first.headers['link']).toContain('rel="next"');
    const second = await as(owner)
      .get(`${sites}?limit=2&cursor=${first.body.next_cursor}`)
      .expect(200);
    expect(second.body).toMatchObject({ items: [{ name: 'C' }], next_cursor: null });
    expect((await as(owner).get(`${sites}?cursor=bogus`).expect(422)).body.error_code).toBe(
      'INVALID_CURSOR',
    );
  });

  it('are changed only by who has seen the current version', async () => {
    const { site_id: siteId } = await create();
    const site = `/v1/sites/${siteId}`;
    expect((await as(owner).patch(site, { name: 'X' }).expect(428)).body.error_code).toBe(
      'PRECONDITION_REQUIRED',
    );
    const changed = await as(owner)
      .patch(site, { name: 'X', location: { lat: 1, lng: 2 } }, '"1"')
      .expect(200);
    expect(changed.body).toMatchObject({ name: 'X', location: { lat: 1, lng: 2 }, etag: '"2"' });
    const stale = await as(owner).patch(site, { name: 'Y' }, '"1"').expect(412);
    expect(stale.body.details).toEqual({ current_etag: '"2"' });
    expect((await as(owner).patch(site, { location: null }, '"2"').expect(200)).body).toMatchObject(
      {
        name: 'X',
        location: null,
      },
    );
    expect((await as(owner).get(site).expect(200)).headers['etag']).toBe('"3"');
  });

  it('are deleted, but not with a reservoir on them', async () => {
    const { site_id: siteId } = await create();
    const reservoir = {
      site_id: siteId,
      name: 'T',
      reservoir_type: 'TANK',
      mobility: 'FIXED',
      monitoring_mode: 'MANUAL',
    };
    await as(owner).post(`/v1/accounts/${accountId}/reservoirs`, reservoir).expect(201);
    expect((await as(owner).delete(`/v1/sites/${siteId}`).expect(409)).body.error_code).toBe(
      'SITE_IN_USE',
    );
    const { site_id: emptyId } = await create();
    await as(owner).delete(`/v1/sites/${emptyId}`).expect(204);
    await as(owner).get(`/v1/sites/${emptyId}`).expect(404);
    await as(owner).patch(`/v1/sites/${emptyId}`, { name: 'X' }, '"1"').expect(404);
  });

  it('ask who you are and what you may', async () => {
    const { site_id: siteId } = await create();
    await as('nobody').get(sites).expect(401);
    const viewer = tokenOf({ [accountId]: 'VIEWER' });
    await as(viewer).get(`/v1/sites/${siteId}`).expect(200);
    await as(viewer).post(sites, { name: 'X' }).expect(403);
    await as(viewer).delete(`/v1/sites/${siteId}`).expect(403);
  });

  it('of another account are not there', async () => {
    const { site_id: siteId } = await create();
    const stranger = tokenOf({ [newId()]: 'OWNER' });
    const foreign = await as(stranger).get(`/v1/sites/${siteId}`).expect(404);
    const missing = await as(stranger).get(`/v1/sites/${newId()}`).expect(404);
    expect({ ...foreign.body, request_id: '' }).toEqual({ ...missing.body, request_id: '' });
    await as(stranger).patch(`/v1/sites/${siteId}`, { name: 'X' }, '"1"').expect(404);
    await as(stranger).delete(`/v1/sites/${siteId}`).expect(404);
    await as(stranger).get(sites).expect(403);
    await as(stranger).post(sites, { name: 'X' }).expect(403);
  });
});
