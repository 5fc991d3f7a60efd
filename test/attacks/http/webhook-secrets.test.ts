import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { tokenOf } from '../../support/api/test-api.js';
import {
  createWebhookFixture,
  type WebhookFixture,
} from '../../platform/webhook/webhook-fixture.js';

let fixture: WebhookFixture;
beforeAll(async () => {
  fixture = await createWebhookFixture({
    outbound: { allowsPrivate: false, resolve: async () => ['8.8.8.8'] },
  });
});
afterAll(() => fixture.drop());

let account: ReturnType<WebhookFixture['account']>;
beforeEach(() => {
  account = fixture.account();
});
const create = (url: string) => account.owner.post(account.path, { url, event_types: ['*'] });

describe("a webhook's URL", () => {
  it.each([
    'https://example.com/\r\nX: y',
    'https://example.com/\ta',
    ' https://example.com/',
    'https://exa\nmple.com/',
  ])('is not taken with what a parser would leave out: %j', async (url) => {
    expect((await create(url).expect(422)).body).toMatchObject({
      details: { reason: 'MALFORMED' },
    });
    const { webhook_id: id } = (await create('https://example.com/').expect(201)).body;
    await account.owner.patch(`${account.path}/${id}`, { url }, '"1"').expect(422);
  });

  it('is kept as it is called', async () => {
    const made = (await create('HTTPS://EXAMPLE.com:443/a/../b c?q=ü').expect(422)).body;
    expect(made).toMatchObject({ details: { reason: 'MALFORMED' } });
    const { url, webhook_id: id } = (await create('HTTPS://EXAMPLE.com:443/a/../b?q=ü').expect(201))
      .body;
    expect(url).toBe('https://example.com/b?q=%C3%BC');
    const changed = await account.owner
      .patch(`${account.path}/${id}`, { url: 'https://Example.com' }, '"1"')
      .expect(200);
    expect(changed.body.url).toBe('https://example.com/');
  });

  it('shows its query to those who may change it, and to nobody else', async () => {
    const url = 'https://example.com/hooks?token=hunter2';
    const { webhook_id: id } = (await create(url).expect(201)).body;
    for (const role of ['OWNER', 'ADMIN', 'MANAGER', 'OPERATOR', 'MEMBER', 'VIEWER'] as const) {
      const person = fixture.as(tokenOf({ [account.accountId]: role }));
      const one = (await person.get(`${account.path}/${id}`).expect(200)).body;
      const { items } = (await person.get(account.path).expect(200)).body;
      const isEditor = ['OWNER', 'ADMIN', 'MANAGER'].includes(role);
      const shown = isEditor ? url : 'https://example.com/hooks?…';
      expect([role, one.url, items[0].url]).toEqual([role, shown, shown]);
    }
  });
});

describe('a secret that was answered under a key', () => {
  it('is answered again to the same principal, and never to another of the account', async () => {
    const body = { url: 'https://example.com/', event_types: ['*'] };
    const [one, other] = [1, 2].map(() => fixture.as(tokenOf({ [account.accountId]: 'ADMIN' })));
    if (!one || !other) throw new Error('there are two');
    const send = (person: typeof one) =>
      person.post(account.path, body).set('Idempotency-Key', 'a-key').expect(201);
    const first = (await send(one)).body;
    const again = await send(one);
    expect([again.headers['idempotency-replayed'], again.body.secret]).toEqual([
      'true',
      first.secret,
    ]);
    const foreign = await send(other);
    expect(foreign.headers['idempotency-replayed']).toBeUndefined();
    expect(foreign.body.secret).not.toBe(first.secret);
    expect(foreign.body.webhook_id).not.toBe(first.webhook_id);
  });
});
