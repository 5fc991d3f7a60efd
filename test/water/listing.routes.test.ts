import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import {
  createRolePool,
  roleScope,
  type Query,
  type ReadScope,
} from '../../db/connection/database.js';
import { listingViews, type ListingSearch } from '../../db/water/listing.views.js';
import { aSeller, type SellerOptions } from '../support/water/market.js';
import { createMarketApi, type MarketApi } from '../support/api/market-api.js';
import { ourSchemas } from '../support/servers/schemas.js';

let api: MarketApi;
beforeAll(async () => {
  api = await createMarketApi();
});
beforeEach(() => api.admin.query('truncate water.sites cascade'));
afterAll(() => api.close());

const search = (query: object = {}) =>
  api.agent.get('/v1/marketplace/reservoir-listings').query({ lat: -1.29, lng: 36.82, ...query });
const listed = async (query: object = {}): Promise<string[]> =>
  (await search(query).expect(200)).body.items.map(
    (item: { seller_reservoir_id: string }) => item.seller_reservoir_id,
  );

/**
 * Number of pages of 8 KiB that PostgreSQL reads for a search, the same on a busy and an idle
 * machine.
 */
async function pagesOf(search: ListingSearch): Promise<number> {
  const market = createRolePool(api.urls.market, { max: 1 });
  // A connection new to the function reads the catalogue for the plan, no part of the search.
  const scope = roleScope(market);
  await listingViews(scope).search(search);
  const explained = {
    read<Parameters, Row>({ text, ...query }: Query<Parameters, Row>, parameters: Parameters) {
      const explain = `explain (analyze, buffers, format json) ${text}`;
      return scope.read({ ...query, name: 'test.explain', text: explain }, parameters);
    },
  } as unknown as ReadScope;
  const [row] = (await listingViews(explained).search(search)) as unknown as Explained[];
  await market.end();
  const { Plan: plan } = row?.['QUERY PLAN'][0] ?? {};
  return (plan?.['Shared Hit Blocks'] ?? NaN) + (plan?.['Shared Read Blocks'] ?? NaN);
}
interface Explained {
  'QUERY PLAN': [{ Plan: Record<'Shared Hit Blocks' | 'Shared Read Blocks', number> }];
}

describe('listings', () => {
  it('need no login and tell what a buyer has to know', async () => {
    const seller = await aSeller(api.admin, {
      lat: -1.3,
      rules: [{ price: '0.5', feeMinor: 100 }],
    });
    const { body } = await search({ requested_volume_liters: 101 }).expect(200);
    expect(body).toEqual({
      items: [
        {
          seller_reservoir_id: seller.reservoirId,
          seller_principal_id: seller.accountId,
          location: { lat: -1.3, lng: 36.82 },
          distance_m: expect.closeTo(1113, -1),
          currency: 'KES',
          estimated_total: '51.50',
          seller: {
            display_name: 'Maji Safi',
            is_verified: false,
            average_rating: null,
            review_count: 0,
          },
        },
      ],
      next_cursor: null,
    });
    expect((await search().expect(200)).body.items[0].estimated_total).toBeNull();
  });

  const almost: [string, SellerOptions][] = [
    ['an inactive profile', { status: 'INACTIVE' }],
    ['a reservoir that is not available', { availability: 'UNAVAILABLE' }],
    ['a reservoir that was never offered', { availability: null }],
    ['a reservoir without a place', { lat: null, lng: null }],
    ['no price', { rules: [] }],
    ['a price that is over', { rules: [{ validity: '[2020-01-01,2021-01-01)' }] }],
    ['a price that has not begun', { rules: [{ validity: '[2100-01-01,)' }] }],
    ['a price for other volumes', { rules: [{ max: 100 }] }],
    ['a price in another currency', { rules: [{ currency: 'USD' }] }],
    ['a place too far away', { lat: -1.39 }],
  ];
  it.each(almost)('leave out %s', async (_reason, options) => {
    const query = { requested_volume_liters: 100, currency: 'KES' };
    const whole = await aSeller(api.admin);
    await aSeller(api.admin, options);
    expect(await listed(query)).toEqual([whole.reservoirId]);
  });

  it('come nearest first, page by page, each once', async () => {
    const offsets = [5, 1, 4, 1, 3, 0, 2];
    const sellers: string[] = [];
    for (const offset of offsets)
      sellers.push((await aSeller(api.admin, { lat: -1.29 - offset / 100 })).reservoirId);
    const wanted = sellers
      .map((id, index) => ({ id, offset: offsets[index] ?? 0 }))
      .sort((a, b) => a.offset - b.offset || (a.id < b.id ? -1 : 1))
      .map(({ id }) => id);
    const found: string[] = [];
    let cursor: string | null = null;
    do {
      const { body }: Response = await search({ limit: 2, ...(cursor ? { cursor } : {}) }).expect(
        200,
      );
      found.push(
        ...body.items.map((item: { seller_reservoir_id: string }) => item.seller_reservoir_id),
      );
      cursor = body.next_cursor;
    } while (cursor);
    expect(found).toEqual(wanted);
  });

  it.each([
    { lat: 91 },
    { lng: 'east' },
    { within_radius_km: 0 },
    { currency: 'kes' },
    { cursor: 'x' },
    { colour: 'blue' },
  ])('refuse %j', async (query) => {
    await search(query).expect(422);
  });

  it('are all that their role can ask for', async () => {
    const { rows } = await api.admin.query(`
      select table_name from information_schema.column_privileges
      where grantee = 'millrace_market' and table_schema in (${ourSchemas})`);
    expect(rows).toEqual([]);
    const { rows: functions } = await api.admin.query<{ name: string }>(`
      select p.proname as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace
      where n.nspname in (${ourSchemas}) and has_function_privilege('millrace_market', p.oid, 'execute') order by 1`);
    expect(functions.map(({ name }) => name)).toEqual(['listings', 'seller_of']);
  });

  it('are found among a hundred thousand by looking into a few hundred pages', async () => {
    // Foreign keys are not looked at while the rows are made; prices are set near the centre, where
    // pages end.
    await api.admin.query(`
      begin; set local session_replication_role = replica; set local statement_timeout = 0;
      insert into water.reservoirs (account_id, reservoir_id, site_id, name, reservoir_type, mobility, monitoring_mode, lat, lng)
        select gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'Tank', 'TANK', 'FIXED', 'MANUAL',
          random() * 4 - 3.29, random() * 4 + 34.82 from generate_series(1, 100000);
      insert into water.seller_profiles (account_id, status, display_name)
        select account_id, 'ACTIVE', 'Seller' from water.reservoirs;
      insert into water.seller_reservoirs (account_id, reservoir_id, seller_availability_status)
        select account_id, reservoir_id, 'AVAILABLE' from water.reservoirs;
      insert into water.price_rules (account_id, reservoir_id, price_rule_id, currency, volume_band, validity,
          base_price_per_liter, delivery_fee_minor)
        select account_id, reservoir_id, gen_random_uuid(), 'KES', '[0,)', '[2020-01-01,)', 0.5, 0 from water.reservoirs
        where lat between -1.6 and -1 and lng between 36.5 and 37.1;
      commit; analyze water.reservoirs, water.seller_profiles, water.seller_reservoirs, water.price_rules`);
    for (const radiusMeters of [5_000, 100_000]) {
      const query = {
        lat: -1.29,
        lng: 36.82,
        radiusMeters,
        volumeLiters: 100,
        currency: null,
        after: null,
        limit: 20,
      };
      expect(await api.listings.search(query)).toHaveLength(20);
      expect(await pagesOf(query)).toBeLessThan(1_000);
    }
  });
});
