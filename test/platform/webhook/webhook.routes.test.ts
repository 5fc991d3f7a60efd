/** Tells of: webhook.records, webhook.store. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '../../../db/shared/id.js';
import { tokenOf } from '../../support/api/test-api.js';
import { createWebhookFixture, type WebhookFixture } from './webhook-fixture.js';

let fixture: WebhookFixture;
beforeAll(async () => {
  const addresses: Record<string, string[]> = {
    'inside.example.com': ['10.0.0.1'],
    'hooks.example.com': ['8.8.8.8'],
  };
  const resolve = async (host: string) => addresses[host] ?? [];
  fixture = await createWebhookFixture({ outbound: { allowsPrivate: false, resolve } });
});
afterAll(() => fixture.drop());

let account: ReturnType<WebhookFixture['account']>;
beforeEach(() => {
  account = fixture.account();
});
const url = 'https://hooks.example.com/millrace';
const create = async (body: object = { url, event_types: ['*'] }) =>
  (await account.owner.post(account.path, body).expect(201)).body;
const events = async (): Promise<string[]> => {
  const { rows } = await fixture.admin.query(
    'select event_type from platform.events where account_id = $1 order by position',
    [account.accountId],
  );
  return rows.map(({ event_type: type }) => type as string);
};

describe('webhooks', () => {
  it('are made with a secret that is shown once and stored sealed', async () => {
    const made = await account.owner
      .post(account.path, {
        url,
        event_types: ['ORDER_DELIVERED', 'SITE_CREATED'],
        description: 'Stock',
      })
      .expect(201);
    const { secret, ...shown } = made.body;
    expect(shown).toMatchObject({
      url,
      event_types: ['ORDER_DELIVERED', 'SITE_CREATED'],
      status: 'ACTIVE',
    });
    expect(made.headers['location']).toBe(`${account.path}/${shown.webhook_id}`);
    expect(Buffer.from(secret.replace(/^whsec_/, ''), 'base64')).toHaveLength(32);
    expect(
      (await account.owner.get(`${account.path}/${shown.webhook_id}`).expect(200)).body,
    ).toEqual(shown);
    const { rows } = await fixture.admin.query('select w::text as row from platform.webhooks w');
    const hex = Buffer.from(secret).toString('hex');
    for (const { row } of rows) expect(row.includes(secret) || row.includes(hex)).toBe(false);
    expect(await events()).toEqual(['WEBHOOK_CREATED']);
  });

  it('go to public https addresses only', async () => {
    const refused: Record<string, string> = {
      'http://hooks.example.com/': 'SCHEME',
      'https://127.0.0.1/': 'ADDRESS',
      'https://[::1]/': 'ADDRESS',
      'https://inside.example.com/': 'ADDRESS',
      'https://2130706433/': 'ADDRESS',
      'https://a:b@c.de/': 'CREDENTIALS',
      'not an address': 'MALFORMED',
      'https://localhost/': 'ADDRESS',
      'https://169.254.169.254/': 'ADDRESS',
    };
    const { webhook_id: id } = await create();
    for (const [bad, reason] of Object.entries(refused)) {
      const body = { error_code: 'WEBHOOK_URL_REFUSED', details: { reason } };
      const made = await account.owner
        .post(account.path, { url: bad, event_types: ['*'] })
        .expect(422);
      expect([bad, made.body]).toEqual([bad, expect.objectContaining(body)]);
      const changed = await account.owner
        .patch(`${account.path}/${id}`, { url: bad }, '"1"')
        .expect(422);
      expect([bad, changed.body]).toEqual([bad, expect.objectContaining(body)]);
    }
  });

  it('that are refused for being private say which variable lets them, where it may be set', async () => {
    const createAt = async (privateAllowedBy?: string) => {
      const developing = await createWebhookFixture({
        outbound: { allowsPrivate: false, resolve: async () => ['10.0.0.1'] },
        privateAllowedBy,
      });
      const { owner, path } = developing.account();
      const told = async (bad: string) =>
        (await owner.post(path, { url: bad, event_types: ['*'] }).expect(422)).body.details;
      const details = [await told('http://127.0.0.1:9000/'), await told('https://a:b@c.de/')];
      await developing.drop();
      return details;
    };
    expect(await createAt('SOME_VARIABLE=true')).toEqual([
      { reason: 'SCHEME', allowed_by: 'SOME_VARIABLE=true' },
      { reason: 'CREDENTIALS' },
    ]);
    expect(await createAt()).toEqual([{ reason: 'SCHEME' }, { reason: 'CREDENTIALS' }]);
  });

  it('ask for types of events that there are', async () => {
    const body = { url, event_types: ['SITE_CREATED', 'SITE_PAINTED', '*'] };
    const { details } = (await account.owner.post(account.path, body).expect(422)).body;
    expect(details.errors.map(({ path }: { path: string }) => path)).toEqual([
      '/event_types/1',
      '/event_types/2',
    ]);
    await account.owner.post(account.path, { url, event_types: [] }).expect(422);
  });

  it('are changed only by who has seen the current version, and switched off and on', async () => {
    const { webhook_id: id } = await create();
    const one = `${account.path}/${id}`;
    await account.owner.patch(one, { description: 'x' }).expect(428);
    const off = await account.owner
      .patch(one, { status: 'DISABLED', event_types: ['SITE_CREATED'] }, '"1"')
      .expect(200);
    expect(off.body).toMatchObject({
      status: 'DISABLED',
      disabled_reason: 'OWNER',
      event_types: ['SITE_CREATED'],
    });
    await account.owner.patch(one, { description: 'x' }, '"1"').expect(412);
    const on = await account.owner
      .patch(one, { status: 'ACTIVE', event_types: ['*'] }, '"2"')
      .expect(200);
    expect(on.body).toMatchObject({
      status: 'ACTIVE',
      disabled_reason: null,
      event_types: ['*'],
      etag: '"3"',
    });
    const { rows } = await fixture.admin.query(
      'select status, event_types from platform.consumers where consumer_id = $1',
      [`webhook/${id}`],
    );
    expect(rows).toEqual([{ status: 'ACTIVE', event_types: null }]);
  });

  it('are listed a page at a time, and deleted with their consumer', async () => {
    const made = [await create(), await create(), await create()];
    const first = await account.owner.get(`${account.path}?limit=2`).expect(200);
    const second = await account.owner
      .get(`${account.path}?limit=2&cursor=${first.body.next_cursor}`)
      .expect(200);
    expect([...first.body.items, ...second.body.items].map(({ webhook_id: id }) => id)).toEqual(
      made.map(({ webhook_id: id }) => id),
    );
    expect(JSON.stringify([first.body, second.body])).not.toContain('whsec_');
    const [gone] = made;
    await account.owner.delete(`${account.path}/${gone.webhook_id}`).expect(204);
    await account.owner.get(`${account.path}/${gone.webhook_id}`).expect(404);
    await account.owner.delete(`${account.path}/${gone.webhook_id}`).expect(404);
    const { rows } = await fixture.admin.query(
      'select status from platform.consumers where consumer_id = $1',
      [`webhook/${gone.webhook_id}`],
    );
    expect(rows).toEqual([{ status: 'REMOVED' }]);
  });

  it('are as many as an account may have, however many are asked for at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 25 }, () =>
        account.owner.post(account.path, { url, event_types: ['*'] }),
      ),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(20);
    const refused = answers.find(({ status }) => status === 409);
    expect(refused?.body).toMatchObject({
      error_code: 'WEBHOOK_LIMIT_REACHED',
      details: { limit: 20 },
    });
  });

  it('get another secret when asked', async () => {
    const { webhook_id: id, secret } = await create();
    const rotated = (await account.owner.post(`${account.path}/${id}/rotate-secret`).expect(200))
      .body;
    expect(rotated.secret).toMatch(/^whsec_/);
    expect(rotated.secret).not.toBe(secret);
    const hours = (Date.parse(rotated.previous_secret_expires_at) - Date.now()) / 3_600_000;
    expect(hours).toBeCloseTo(24, 1);
    expect(await events()).toEqual(['WEBHOOK_CREATED', 'WEBHOOK_SECRET_ROTATED']);
  });

  it('ask who you are and what you may', async () => {
    const { webhook_id: id } = await create();
    const viewer = fixture.as(tokenOf({ [account.accountId]: 'VIEWER' }));
    await viewer.get(`${account.path}/${id}`).expect(200);
    await viewer.post(account.path, { url, event_types: ['*'] }).expect(403);
    for (const action of ['test', 'rotate-secret'])
      await viewer.post(`${account.path}/${id}/${action}`).expect(403);
    await viewer.delete(`${account.path}/${id}`).expect(403);
    await fixture.as('nobody').get(account.path).expect(401);
  });

  it('of another account are not there', async () => {
    const { webhook_id: id } = await create();
    const stranger = fixture.account();
    for (const path of ['', '/deliveries'])
      await stranger.owner.get(`${stranger.path}/${id}${path}`).expect(404);
    for (const path of ['/test', '/rotate-secret'])
      await stranger.owner.post(`${stranger.path}/${id}${path}`).expect(404);
    const redeliver = { since: '2026-01-01T00:00:00Z' };
    await stranger.owner.post(`${stranger.path}/${id}/deliveries/redeliver`, redeliver).expect(404);
    await stranger.owner.patch(`${stranger.path}/${id}`, { description: 'x' }, '"1"').expect(404);
    await stranger.owner.delete(`${stranger.path}/${id}`).expect(404);
    await stranger.owner.get(`${account.path}/${id}`).expect(403);
    await account.owner.get(`${account.path}/${newId()}`).expect(404);
  });
});
