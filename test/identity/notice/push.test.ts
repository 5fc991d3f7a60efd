import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createPushSender } from '../../../activities/shared/push.js';
import { MessageRefused } from '../../../activities/shared/sender.js';
import { startPushGateway, type PushGateway } from './push-gateway.js';

let gateway: PushGateway;
const dead: string[] = [];
beforeAll(async () => {
  gateway = await startPushGateway();
});
beforeEach(() => {
  Object.assign(gateway, { mood: 'takes', givesTokens: true });
  dead.length = 0;
});
afterAll(() => gateway.close());

const aSender = (account = gateway.account) =>
  createPushSender({
    url: gateway.url,
    account,
    onDeadToken: async (token) => void dead.push(token),
  });
const message = (phone: string, idempotencyKey = `notice/${phone}`) => ({
  idempotencyKey,
  to: phone,
  subject: 'A new sign-in',
  text: 'Somebody signed in.',
});
const failureOf = (sending: Promise<unknown>): Promise<Error & { code?: string }> =>
  sending.then(
    () => Promise.reject(new Error('was sent')),
    (error: Error) => error,
  );

describe('a push', () => {
  it('goes out by a token of the service account, which serves many', async () => {
    const sender = aSender();
    const before = gateway.tokenCount;
    const ids = await Promise.all(['a', 'b', 'c'].map((phone) => sender.send(message(phone))));
    await sender.send(message('d'));
    expect(gateway.tokenCount).toBe(before + 1);
    expect(new Set(ids).size).toBe(3);
    expect(gateway.messages.at(-1)).toMatchObject({
      token: 'd',
      notification: { title: 'A new sign-in', body: 'Somebody signed in.' },
    });
  });

  it('takes the place of its first copy', async () => {
    const sender = aSender();
    for (const key of ['one', 'one', 'two']) await sender.send(message('phone', key));
    const [first, second, other] = gateway.delivered.slice(-3).map(({ key }) => key);
    expect(second).toBe(first);
    expect(other).not.toBe(first);
    const { headers } = gateway.messages.at(-1)?.['apns'] as { headers: Record<string, string> };
    expect(headers['apns-collapse-id']?.length).toBeLessThanOrEqual(64);
  });

  it('goes out by another token when the gateway knows the last one no more', async () => {
    const sender = aSender();
    await sender.send(message('e'));
    gateway.access = undefined;
    await sender.send(message('f'));
    expect(gateway.delivered.at(-1)?.to).toBe('f');
  });

  it('to a phone that has gone is refused for good, and the token is told', async () => {
    gateway.deadTokens.add('gone');
    const error = await failureOf(aSender().send(message('gone')));
    expect(error).toBeInstanceOf(MessageRefused);
    expect([error.code, dead]).toEqual(['UNREGISTERED', ['gone']]);
  });

  it('that is wrong is refused for good, and no token goes for it', async () => {
    gateway.mood = 'refuses';
    const error = await failureOf(aSender().send(message('odd')));
    expect(error).toBeInstanceOf(MessageRefused);
    expect([error.code, dead]).toEqual(['INVALID_ARGUMENT', []]);
  });

  it('fails for now while gateway or token endpoint do, without the words of either', async () => {
    gateway.mood = 'fails';
    const away = await failureOf(aSender().send(message('secret-token')));
    expect([away.code, away.message]).toEqual(['HTTP_503', 'the push gateway answered 503']);
    gateway.givesTokens = false;
    const noAccess = await failureOf(aSender().send(message('secret-token')));
    expect(noAccess.code).toBe('TOKEN_HTTP_503');
    const elsewhere = { ...gateway.account, project_id: 'another' };
    gateway.givesTokens = true;
    const unknown = await failureOf(aSender(elsewhere).send(message('secret-token')));
    expect([unknown.code, dead]).toEqual(['HTTP_404', []]);
    for (const error of [away, noAccess, unknown]) {
      expect(error).not.toBeInstanceOf(MessageRefused);
      expect(String(error.stack)).not.toContain('secret-token');
    }
  });
});
