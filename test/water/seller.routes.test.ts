/** Tells of: seller.records, price-rule.routes, price-rule.records. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../../db/shared/id.js';
import { aReservoir } from '../support/water/market.js';
import { createMarketApi, type MarketApi } from '../support/api/market-api.js';

let api: MarketApi;
beforeAll(async () => {
  api = await createMarketApi();
});
afterAll(() => api.close());

const profilePath = (account: string) => `/v1/accounts/${account}/seller-profile`;
const reservoirPath = (account: string, id: string) =>
  `/v1/accounts/${account}/seller/reservoirs/${id}`;
const eventsOf = async (account: string): Promise<string[]> =>
  (
    await api.admin.query<{ event_type: string }>(
      'select event_type from platform.events where account_id = $1 order by position',
      [account],
    )
  ).rows.map((row) => row.event_type);

describe('a seller profile', () => {
  it('is made once, read and changed', async () => {
    const account = newId();
    await api.get(profilePath(account), account).expect(404);
    await api.patch(profilePath(account), account, { status: 'ACTIVE' }).expect(404);
    const made = await api
      .post(profilePath(account), account, { status: 'ACTIVE', display_name: 'Maji' })
      .expect(201);
    expect(made.body).toMatchObject({
      seller_principal_id: account,
      verification_status: 'UNVERIFIED',
      average_rating: null,
      review_count: 0,
    });
    const again = await api
      .post(profilePath(account), account, { status: 'ACTIVE', display_name: 'Maji' })
      .expect(409);
    expect(again.body.error_code).toBe('SELLER_PROFILE_EXISTS');
    const changed = await api
      .patch(profilePath(account), account, { status: 'INACTIVE' })
      .expect(200);
    expect(changed.body).toMatchObject({ status: 'INACTIVE', display_name: 'Maji' });
    await api.patch(profilePath(account), account, {}).expect(422);
    await api.patch(profilePath(account), account, { status: 'GONE' }).expect(422);
    await api.patch(profilePath(account), `${account}.VIEWER`, { status: 'ACTIVE' }).expect(403);
    expect(await eventsOf(account)).toEqual(['SELLER_PROFILE_CREATED', 'SELLER_PROFILE_UPDATED']);
  });
});

describe('a reservoir for sale', () => {
  it('is offered and taken back, and the same again is no event', async () => {
    const account = newId();
    const id = await aReservoir(api.admin, account, { volumeLiters: 700, lat: 1, lng: 2 });
    const list = async () =>
      (await api.get(reservoirPath(account, ''), account).expect(200)).body.items;
    expect(await list()).toEqual([
      {
        seller_reservoir_id: id,
        name: 'Tank',
        seller_availability_status: 'UNAVAILABLE',
        location: { lat: 1, lng: 2 },
        available_liters: 700,
      },
    ]);
    for (const status of ['AVAILABLE', 'AVAILABLE', 'UNAVAILABLE']) {
      const body = { seller_availability_status: status };
      const changed = await api.patch(reservoirPath(account, id), account, body).expect(200);
      expect(changed.body).toMatchObject({ seller_reservoir_id: id, ...body });
    }
    expect(await eventsOf(account)).toEqual([
      'SELLER_RESERVOIR_UPDATED',
      'SELLER_RESERVOIR_UPDATED',
    ]);
    const stranger = newId();
    await api
      .patch(reservoirPath(stranger, id), stranger, { seller_availability_status: 'AVAILABLE' })
      .expect(404);
  });
});

describe('a price rule', () => {
  const rule = (changes: object = {}) => ({
    currency: 'KES',
    min_volume_liters: 100,
    max_volume_liters: 500,
    base_price_per_liter: '0.123456',
    delivery_fee_flat: 12.5,
    ...changes,
  });

  it('is made, listed and kept exact', async () => {
    const account = newId();
    const path = `${reservoirPath(account, await aReservoir(api.admin, account))}/price-rules`;
    const { body } = await api.post(path, account, rule()).expect(201);
    expect(body).toMatchObject({
      price_rule_id: expect.any(String),
      min_volume_liters: 100,
      max_volume_liters: 500,
      base_price_per_liter: '0.123456',
      delivery_fee_flat: '12.50',
      valid_until: null,
    });
    expect((await api.get(path, account).expect(200)).body).toEqual({
      items: [body],
      next_cursor: null,
    });
    expect(await eventsOf(account)).toEqual(['PRICE_RULE_CREATED']);
  });

  it('overlaps no other of its reservoir, currency, band and time', async () => {
    const account = newId();
    const path = `${reservoirPath(account, await aReservoir(api.admin, account))}/price-rules`;
    const until = '2030-01-01T00:00:00Z';
    await api.post(path, account, rule({ valid_until: until })).expect(201);
    for (const changes of [
      {},
      { min_volume_liters: 499 },
      { min_volume_liters: 0, max_volume_liters: null },
    ]) {
      const response = await api
        .post(path, account, rule({ max_volume_liters: null, ...changes }))
        .expect(409);
      expect(response.body).toMatchObject({
        error_code: 'PRICE_RULE_OVERLAP',
        details: { conflict: { conflict_type: 'PRICE_RULE_OVERLAP' } },
      });
    }
    await api
      .post(path, account, rule({ min_volume_liters: 500, max_volume_liters: null }))
      .expect(201);
    await api
      .post(path, account, rule({ min_volume_liters: undefined, max_volume_liters: 100 }))
      .expect(201);
    await api.post(path, account, rule({ currency: 'USD' })).expect(201);
    await api.post(path, account, rule({ valid_from: until })).expect(201);
  });

  it.each([
    ['/max_volume_liters', { max_volume_liters: 100 }],
    ['/valid_until', { valid_until: '2020-01-01T00:00:00Z' }],
    ['/delivery_fee_flat', { delivery_fee_flat: '1.005' }],
    ['/delivery_fee_flat', { currency: 'JPY', delivery_fee_flat: 0.5 }],
    ['/base_price_per_liter', { base_price_per_liter: 1e-7 }],
    ['/base_price_per_liter', { base_price_per_liter: -1 }],
    ['/currency', { currency: 'kes' }],
  ])('is refused for its %s', async (path, changes) => {
    const account = newId();
    const rules = `${reservoirPath(account, await aReservoir(api.admin, account))}/price-rules`;
    const { body } = await api.post(rules, account, rule(changes)).expect(422);
    expect(body.details.errors.map((fault: { path: string }) => fault.path)).toContain(path);
  });

  it("is nothing for another account's reservoir", async () => {
    const [owner, stranger] = [newId(), newId()];
    const path = `${reservoirPath(stranger, await aReservoir(api.admin, owner))}/price-rules`;
    await api.post(path, stranger, rule()).expect(404);
    await api.get(path, stranger).expect(404);
  });
});
