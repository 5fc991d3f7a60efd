/** Tells of: order-transition.routes, order-view.routes, review.routes, review.records. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '../../db/shared/id.js';
import { aReservoir, aSeller, type Seller } from '../support/water/market.js';
import { createMarketApi, type MarketApi } from '../support/api/market-api.js';

let api: MarketApi;
let seller: Seller;
let buyer: string;
beforeAll(async () => {
  api = await createMarketApi();
});
beforeEach(async () => {
  seller = await aSeller(api.admin, { rules: [{ price: '0.55', feeMinor: 5000, min: 10 }] });
  buyer = newId();
});
afterAll(() => api.close());

const request = (changes: object = {}) => ({
  seller_reservoir_id: seller.reservoirId,
  requested_fill_mode: 'VOLUME_LITERS',
  requested_volume_liters: 100.5,
  currency: 'KES',
  ...changes,
});
const orders = (account: string, rest = '') => `/v1/accounts/${account}/orders${rest}`;
const place = async (): Promise<string> =>
  (await api.post(orders(buyer), buyer, request()).expect(201)).body.order_id;
const act = (account: string, orderId: string, action: string, body?: object) =>
  api.post(orders(account, `/${orderId}/${action}`), account, body);
const confirm = (account: string, orderId: string, liters = 100, note?: string) =>
  act(account, orderId, 'confirm-delivery', {
    confirmed_volume_liters: liters,
    ...(note ? { note } : {}),
  });
async function delivered(): Promise<string> {
  const orderId = await place();
  await act(seller.accountId, orderId, 'accept').expect(200);
  await confirm(seller.accountId, orderId).expect(200);
  await confirm(buyer, orderId).expect(200);
  return orderId;
}

describe('placing an order', () => {
  it('answers with price, code and deadline, which both parties then read', async () => {
    const { body, headers } = await api.post(orders(buyer), buyer, request()).expect(201);
    expect(body).toEqual({
      order_id: expect.any(String),
      order_code: expect.stringMatching(/^ORD-/),
      status: 'CREATED',
      requested_volume_liters: 100.5,
      price_quote_total: '105.28',
      currency: 'KES',
      next_deadline: expect.any(String),
    });
    expect(headers['location']).toBe(orders(buyer, `/${body.order_id}`));
    for (const account of [buyer, seller.accountId]) {
      const read = await api.get(orders(account, `/${body.order_id}`), account).expect(200);
      expect(read.headers['etag']).toBe('"1"');
      expect(read.body).toMatchObject({
        ...body,
        buyer_principal_id: buyer,
        seller_principal_id: seller.accountId,
        seller_profile: { display_name: 'Maji Safi' },
        buyer_confirmation: null,
        review: null,
        dispute: null,
      });
    }
    const { workflowExecutionInfo } = await api.client.workflow
      .getHandle(`order/${body.order_id}`)
      .describe()
      .then((d) => ({ workflowExecutionInfo: d }));
    expect(workflowExecutionInfo.searchAttributes).toMatchObject({
      AccountId: [buyer],
      Domain: ['water'],
    });
  });

  it('is quoted at the same price without holding anything', async () => {
    const { body } = await api.post(orders(buyer, '/quote'), buyer, request()).expect(200);
    expect(body).toEqual({
      price_quote_total: '105.28',
      currency: 'KES',
      price_rule_id: seller.priceRuleIds[0],
      requested_volume_liters: 100.5,
      available_liters: 1000,
    });
    expect((await api.get(orders(buyer), buyer).expect(200)).body.items).toEqual([]);
  });

  it('fills a target of the buyer', async () => {
    const target = await aReservoir(api.admin, buyer, { capacityLiters: 500, volumeLiters: 200 });
    const fill = {
      requested_fill_mode: 'FILL_TO_FULL',
      requested_volume_liters: undefined,
      target_reservoir_id: target,
    };
    for (const path of ['', '/quote']) {
      const response = await api.post(orders(buyer, path), buyer, request(fill));
      expect(response.body).toMatchObject({
        requested_volume_liters: 300,
        price_quote_total: '215.00',
      });
    }
    const none = await api
      .post(orders(buyer), buyer, request({ ...fill, target_reservoir_id: undefined }))
      .expect(422);
    expect(none.body.error_code).toBe('TARGET_RESERVOIR_REQUIRED');
    const both = await api
      .post(orders(buyer), buyer, request({ ...fill, requested_volume_liters: 5 }))
      .expect(422);
    expect(both.body.details.errors).toEqual([
      { path: '/requested_volume_liters', message: 'must be left out to fill the target' },
    ]);
    await api
      .post(orders(buyer), buyer, request({ ...fill, target_reservoir_id: seller.reservoirId }))
      .expect(404);
  });

  it.each([
    ['RESOURCE_NOT_FOUND', 404, () => request({ seller_reservoir_id: newId() })],
    ['NO_PRICE_RULE_MATCH', 422, () => request({ requested_volume_liters: 9 })],
    ['NO_PRICE_RULE_MATCH', 422, () => request({ currency: 'USD' })],
    ['INSUFFICIENT_STOCK', 409, () => request({ requested_volume_liters: 1001 })],
    ['VALIDATION_ERROR', 422, () => request({ requested_volume_liters: undefined })],
    ['VALIDATION_ERROR', 422, () => request({ colour: 'blue' })],
  ] as const)('is refused with %s (%i)', async (code, status, body) => {
    const response = await api.post(orders(buyer), buyer, body()).expect(status);
    expect(response.body.error_code).toBe(code);
    if (code === 'INSUFFICIENT_STOCK')
      expect(response.body.details).toMatchObject({ available_liters: 1000 });
  });

  it('is refused to the seller itself, to strangers and to viewers', async () => {
    const own = await api.post(orders(seller.accountId), seller.accountId, request()).expect(422);
    expect(own.body.error_code).toBe('OWN_LISTING');
    await api.post(orders(buyer), newId(), request()).expect(403);
    await api.post(orders(buyer), `${buyer}.VIEWER`, request()).expect(403);
    await api.agent.post(orders(buyer)).send(request()).expect(401);
  });

  it('is refused while the seller does not sell', async () => {
    await api.admin.query(
      `update water.seller_profiles set status = 'INACTIVE' where account_id = $1`,
      [seller.accountId],
    );
    const response = await api.post(orders(buyer), buyer, request()).expect(409);
    expect(response.body.error_code).toBe('SELLER_NOT_AVAILABLE');
  });
});

describe('an order under way', () => {
  it('is accepted by its seller alone, again with the same answer', async () => {
    const orderId = await place();
    await act(buyer, orderId, 'accept').expect(403);
    const first = await act(seller.accountId, orderId, 'accept').expect(200);
    expect(first.body).toMatchObject({ order_id: orderId, status: 'ACCEPTED' });
    expect((await act(seller.accountId, orderId, 'accept').expect(200)).body).toEqual(first.body);
    const refused = await act(seller.accountId, orderId, 'reject').expect(409);
    expect(refused.body).toMatchObject({
      error_code: 'INVALID_ORDER_STATE',
      details: { status: 'ACCEPTED', allowed: ['cancel', 'confirm-delivery', 'dispute'] },
    });
  });

  it.each(['reject', 'cancel'])('answers a %s again after its end', async (action) => {
    const orderId = await place();
    const account = action === 'reject' ? seller.accountId : buyer;
    const first = await act(account, orderId, action).expect(200);
    expect((await act(account, orderId, action).expect(200)).body).toEqual(first.body);
    const late = await act(seller.accountId, orderId, 'accept').expect(409);
    expect(late.body.details).toMatchObject({ allowed: [] });
  });

  it('is delivered by both confirmations, of which the first of a party stands', async () => {
    const orderId = await place();
    await confirm(buyer, orderId).expect(409);
    await act(seller.accountId, orderId, 'accept').expect(200);
    const first = await confirm(seller.accountId, orderId, 100, 'Two trips').expect(200);
    expect((await confirm(seller.accountId, orderId, 100, 'Two trips').expect(200)).body).toEqual(
      first.body,
    );
    const other = await confirm(seller.accountId, orderId, 100, 'Three trips').expect(409);
    expect(other.body.error_code).toBe('DELIVERY_CONFIRMATION_ALREADY_SET');
    expect((await confirm(buyer, orderId, 101).expect(200)).body.status).toBe('DELIVERED');
    await confirm(buyer, orderId, 101).expect(200);
    const { body } = await api.get(orders(buyer, `/${orderId}`), buyer).expect(200);
    expect(body).toMatchObject({
      status: 'DELIVERED',
      seller_confirmation: {
        confirmed_volume_liters: 100,
        note: 'Two trips',
        confirmed_by: seller.accountId,
      },
      buyer_confirmation: { confirmed_volume_liters: 101, note: null },
    });
  });

  it('keeps what people write out of Temporal', async () => {
    const orderId = await place();
    await act(seller.accountId, orderId, 'accept').expect(200);
    await act(buyer, orderId, 'dispute', { reason: 'MARKER-OF-A-PERSON' }).expect(200);
    const { body } = await api
      .get(orders(seller.accountId, `/${orderId}`), seller.accountId)
      .expect(200);
    expect(body.dispute).toMatchObject({
      reason: 'BUYER',
      note: 'MARKER-OF-A-PERSON',
      opened_by: buyer,
    });
    const history = await api.client.workflow.getHandle(`order/${orderId}`).fetchHistory();
    const written = JSON.stringify(history, (_key, value: unknown) =>
      value instanceof Uint8Array ? Buffer.from(value).toString() : value,
    );
    expect(written).toContain('disputeOrder');
    expect(written).not.toContain('MARKER-OF-A-PERSON');
  });

  it('is resolved by a platform admin alone', async () => {
    const orderId = await place();
    const resolve = (
      token: string,
      body: object = { outcome: 'DELIVERED', delivered_volume_liters: 80 },
    ) => api.post(`/v1/internal/orders/${orderId}/resolve`, token, body);
    await resolve('admin').expect(409);
    await act(seller.accountId, orderId, 'accept').expect(200);
    await act(buyer, orderId, 'dispute').expect(200);
    await resolve(buyer).expect(403);
    const first = await resolve('admin').expect(200);
    expect(first.body).toMatchObject({ status: 'RESOLVED', next_deadline: null });
    expect((await resolve('admin').expect(200)).body).toEqual(first.body);
    await resolve('admin', { outcome: 'NOT_DELIVERED' }).expect(409);
    await api
      .post(`/v1/internal/orders/${newId()}/resolve`, 'admin', { outcome: 'DELIVERED' })
      .expect(404);
    const { body } = await api.get(orders(buyer, `/${orderId}`), buyer).expect(200);
    expect(body).toMatchObject({
      delivered_volume_liters: 80,
      resolution: { outcome: 'DELIVERED' },
    });
  });
});

describe('what is read', () => {
  it('is nothing for an account that is no party, in every route', async () => {
    const orderId = await delivered();
    const stranger = newId();
    const answers = await Promise.all([
      api.get(orders(stranger, `/${orderId}`), stranger),
      api.get(orders(stranger, `/${orderId}/timeline`), stranger),
      ...['accept', 'reject', 'cancel', 'dispute'].map((action) => act(stranger, orderId, action)),
      confirm(stranger, orderId),
      act(stranger, orderId, 'reviews', { rating: 1 }),
      api.get(orders(stranger, `/${newId()}`), stranger),
    ]);
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 404));
    expect((await api.get(orders(stranger), stranger).expect(200)).body.items).toEqual([]);
  });

  it('is paged newest first, by side', async () => {
    const ids = [await place(), await place(), await place()].reverse();
    const first = await api.get(`${orders(buyer)}?limit=2&view=buyer`, buyer).expect(200);
    expect(first.headers['link']).toMatch(/rel="next"/);
    const second = await api
      .get(`${orders(buyer)}?limit=2&view=buyer&cursor=${first.body.next_cursor}`, buyer)
      .expect(200);
    expect([...first.body.items, ...second.body.items].map(({ order_id }) => order_id)).toEqual(
      ids,
    );
    expect(second.body.next_cursor).toBeNull();
    const listed = async (account: string, view: string) =>
      (await api.get(`${orders(account)}?view=${view}`, account).expect(200)).body.items.length;
    expect(await listed(buyer, 'seller')).toBe(0);
    expect(await listed(seller.accountId, 'seller')).toBe(3);
    expect(await listed(seller.accountId, 'all')).toBe(3);
    await api.get(`${orders(buyer)}?cursor=forged`, buyer).expect(422);
  });

  it('is a timeline of who did what and when', async () => {
    const orderId = await delivered();
    await act(buyer, orderId, 'reviews', { rating: 5 }).expect(201);
    const path = orders(seller.accountId, `/${orderId}/timeline`);
    const { body } = await api.get(path, seller.accountId).expect(200);
    const told = body.items.map((item: Record<string, unknown>) => [
      item['event_type'],
      item['actor_principal_id'],
    ]);
    expect(told).toEqual([
      ['ORDER_CREATED', buyer],
      ['ORDER_ACCEPTED', seller.accountId],
      ['ORDER_DELIVERY_CONFIRMED', seller.accountId],
      ['ORDER_DELIVERY_CONFIRMED', buyer],
      ['ORDER_DELIVERED', buyer],
      ['REVIEW_SUBMITTED', buyer],
    ]);
    const { price_quote_total: total } = (
      await api.get(orders(buyer, `/${orderId}`), buyer).expect(200)
    ).body;
    expect(body.items[0].details).toMatchObject({
      price_quote_total: total,
      price_quote_total_minor: expect.any(Number),
    });
    const first = await api.get(`${path}?limit=4`, seller.accountId).expect(200);
    const rest = await api
      .get(`${path}?limit=4&cursor=${first.body.next_cursor}`, seller.accountId)
      .expect(200);
    expect([...first.body.items, ...rest.body.items]).toEqual(body.items);
  });
});

describe('a review', () => {
  it('is given once a party, after delivery, and counts for the seller', async () => {
    const early = await place();
    const refused = await act(buyer, early, 'reviews', { rating: 5 }).expect(409);
    expect(refused.body.error_code).toBe('INVALID_ORDER_STATE');

    const orderId = await delivered();
    const { body } = await act(buyer, orderId, 'reviews', { rating: 4, comment: 'On time' }).expect(
      201,
    );
    expect((await act(buyer, orderId, 'reviews', { rating: 1 }).expect(409)).body.error_code).toBe(
      'REVIEW_ALREADY_EXISTS',
    );
    await act(seller.accountId, orderId, 'reviews', { rating: 5 }).expect(201);
    await act(buyer, orderId, 'reviews', { rating: 6 }).expect(422);
    const read = await api.get(orders(buyer, `/${orderId}`), buyer).expect(200);
    expect(read.body).toMatchObject({
      review: { review_id: body.review_id, rating: 4, comment: 'On time' },
      seller_review: { rating: 5, comment: null },
    });
    const profile = await api
      .get(`/v1/accounts/${seller.accountId}/seller-profile`, seller.accountId)
      .expect(200);
    expect(profile.body).toMatchObject({ average_rating: 4, review_count: 1 });
  });
});
