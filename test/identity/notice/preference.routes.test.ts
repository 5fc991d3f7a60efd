/** Tells of: preference.routes, preference.records. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createIdentityApi, type IdentityApi } from '../identity-api.js';

let api: IdentityApi;
let accountId: string;
let token: string;
beforeAll(async () => {
  api = await createIdentityApi();
});
beforeEach(async () => {
  token = (await api.signUp()).access_token;
  accountId = (await get('/v1/me')).body.org_memberships[0].org_id;
});
afterAll(() => api.drop());

const get = (path: string) => api.request.get(path).auth(token, { type: 'bearer' }).expect(200);
const preferences = () => `/v1/accounts/${accountId}/notification-preferences`;
const change = (body: object) =>
  api.request.patch(preferences()).auth(token, { type: 'bearer' }).send(body);
const capabilities = async () =>
  (await get(`/v1/accounts/${accountId}/notification-capabilities`)).body.events;
const allDay = (time_zone: string) => ({ start: '00:00', end: '23:59', time_zone });

describe('notification preferences', () => {
  it('change by what is said, and by two changes at once both', async () => {
    const { body: atFirst } = await get(preferences());
    expect(atFirst.quiet_hours).toBeNull();
    const sms = { events: { orders: { channels: { sms: true } } } };
    const low = { events: { water_risk: { reservoir_level_state: { low: false } } } };
    const night = { start: '22:00', end: '06:30', time_zone: 'Africa/Nairobi' };
    await Promise.all([change(sms), change(low), change({ quiet_hours: night })]);
    const { body } = await get(preferences());
    const expected = structuredClone(atFirst.events);
    expected.orders.channels.sms = true;
    expected.water_risk.reservoir_level_state.low = false;
    expect(body).toMatchObject({ events: expected, quiet_hours: night });
    await change({ events: { orders: { channels: { sms: false } } } }).expect(200);
    await change({ quiet_hours: null }).expect(200);
    const { body: last } = await get(preferences());
    expect([last.events.orders, last.quiet_hours, last.quiet_until]).toEqual([
      atFirst.events.orders,
      null,
      null,
    ]);
  });

  it('say until when it is quiet', async () => {
    const { body } = await change({ quiet_hours: allDay('Pacific/Kiritimati') }).expect(200);
    // Quiet but for a minute a day.
    if (body.quiet_until !== null)
      expect(new Date(body.quiet_until).toISOString()).toMatch(/T09:59:00.000Z$/);
  });

  it('are one’s own, in each account anew', async () => {
    await change({ events: { security: { channels: { sms: true } } } }).expect(200);
    token = (await api.signUp()).access_token;
    await api.request.get(preferences()).auth(token, { type: 'bearer' }).expect(403);
    await change({ quiet_hours: null }).expect(403);
    accountId = (await get('/v1/me')).body.org_memberships[0].org_id;
    expect((await get(preferences())).body.events.security.channels.sms).toBe(false);
  });

  it('refuse, as a whole, what cannot be', async () => {
    const both = {
      orders: { channels: { sms: true } },
      security: { channels: { email: false, app: false } },
    };
    const { body } = await change({ events: both }).expect(422);
    expect(body.details.errors.map(({ path }: { path: string }) => path)).toEqual([
      '/events/security/channels/app',
      '/events/security/channels/email',
    ]);
    expect((await get(preferences())).body.events.orders.channels.sms).toBe(false);
    const wrong = [
      {},
      { events: { rain: { channels: { app: true } } } },
      { events: { orders: { channels: { fax: true } } } },
      { events: { orders: { reservoir_level_state: { low: true } } } },
      { events: { orders: { channels: { app: 'yes' } } } },
      { quiet_hours: allDay('Africa/Atlantis') },
      { quiet_hours: { ...allDay('UTC'), end: '24:00' } },
      { quiet_hours: { ...allDay('UTC'), end: '00:00' } },
      { quiet_hours: { start: '22:00', end: '06:00' } },
    ];
    for (const each of wrong) {
      const answer = await change(each);
      expect([each, answer.status, answer.body.error_code]).toEqual([
        each,
        422,
        'VALIDATION_ERROR',
      ]);
    }
    await change({ events: { security: { channels: { app: true, push: false } } } }).expect(200);
  });
});

describe('notification capabilities', () => {
  it('are by the person’s contacts and phones', async () => {
    const before = await capabilities();
    expect(before.orders.channels).toEqual({
      app: { value: true, editable: true, reasons: [] },
      push: { value: false, editable: false, reasons: ['MISSING_PUSH_TOKEN'] },
      sms: { value: false, editable: false, reasons: ['PHONE_NOT_VERIFIED'] },
      email: { value: false, editable: true, reasons: [] },
    });
    await api.request
      .post(`/v1/accounts/${accountId}/push-tokens`)
      .auth(token, { type: 'bearer' })
      .send({ platform: 'IOS', token: accountId })
      .expect(200);
    await change({ events: { orders: { channels: { email: true } } } }).expect(200);
    const after = await capabilities();
    expect(after.orders.channels).toMatchObject({
      push: { value: true, editable: true, reasons: [] },
      email: { value: true, editable: true, reasons: [] },
    });
  });

  it('are by the real plan, and by none once it has lapsed', async () => {
    const subscription = `/v1/accounts/${accountId}/subscription`;
    const be = (body: object) =>
      api.request.patch(subscription).auth(token, { type: 'bearer' }).send(body).expect(200);
    await be({ plan_id: 'monitor' });
    const small = await capabilities();
    const inPlan = { value: true, editable: true, reasons: [] };
    expect(small.water_risk.channels).toMatchObject({
      app: inPlan,
      sms: { reasons: ['PLAN_FEATURE_DISABLED', 'PHONE_NOT_VERIFIED'] },
      push: { reasons: ['PLAN_FEATURE_DISABLED', 'MISSING_PUSH_TOKEN'] },
    });
    expect(small.water_risk.reservoir_level_state.low).toEqual(inPlan);
    await be({ status: 'CANCELLED' });
    const none = await capabilities();
    expect(none.water_risk.channels.app.reasons).toEqual(['PLAN_FEATURE_DISABLED']);
    expect(none.water_risk.reservoir_level_state.low.reasons).toEqual(['PLAN_FEATURE_DISABLED']);
    expect(none.security.channels.app).toEqual({ value: true, editable: false, reasons: [] });
  });
});
