/** Tells of: code-channel.records, otp.worker. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Sender } from '../../../activities/shared/sender.js';
import { noteChannels } from '../../../workers/identity/otp.worker.js';
import { createLogger } from '../../../workers/observability/logger.js';
import { aPhone, anEmail } from '../identity-fixture.js';
import { createIdentityApi, password, type IdentityApi } from '../identity-api.js';

let api: IdentityApi;
beforeAll(async () => {
  api = await createIdentityApi();
});
afterAll(() => api.drop());

const provider: Sender = { send: async () => 'sent' };

/** As at the start of a worker with these providers; answers the warnings. */
async function start(senders: { EMAIL?: Sender; SMS?: Sender }): Promise<string[]> {
  const lines: string[] = [];
  const destination = {
    write: (line: string) => void lines.push((JSON.parse(line) as { msg: string }).msg),
  };
  const logger = createLogger({ level: 'warn', process: 'test', destination });
  await noteChannels(senders, { database: api.database, logger });
  return lines;
}
const sentVia = async (body: object): Promise<unknown> =>
  (
    await api.request
      .post('/v1/auth/register')
      .send({ ...body, password })
      .expect(200)
  ).body.otp_sent_via;

describe('codes', () => {
  it('are promised by mail alone where there is no SMS, and the worker warns of that', async () => {
    expect(await start({ EMAIL: provider })).toEqual([
      expect.stringMatching(/^no SMS is configured/),
    ]);
    expect(await sentVia({ phone_e164: aPhone(), email: anEmail() })).toBe('EMAIL');
    expect(await sentVia({ phone_e164: aPhone() })).toBeNull();
  });

  it('are promised by nothing where there is neither', async () => {
    expect(await start({})).toHaveLength(2);
    const email = anEmail();
    expect(await sentVia({ email })).toBeNull();
    const again = await api.request
      .post('/v1/auth/request-identifier-verification')
      .send({ email: anEmail() });
    expect([again.status, again.body]).toEqual([200, { otp_sent_via: null }]);
  });

  it('are promised again when a worker starts that has a provider', async () => {
    expect(await start({ EMAIL: provider, SMS: provider })).toEqual([]);
    expect(await sentVia({ phone_e164: aPhone(), email: anEmail() })).toBe('SMS');
  });
});
