/** Tells of: mailbox.records. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { platformAccountId } from '../../db/connection/database.js';
import { mailboxRecords } from '../../db/notifications/mailbox.records.js';
import { mailboxStore } from '../../db/notifications/mailbox.store.js';
import { mailboxViews } from '../../db/notifications/mailbox.views.js';
import { createTestDatabase, type TestDatabase } from '../support/servers/database.js';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

const platform = { accountId: platformAccountId };
const keep = (text: string) =>
  mailboxRecords(test.database.statements(platform)).keep({
    idempotencyKey: `message/${text}`,
    channel: 'SMS',
    to: '+22670000001',
    subject: '',
    text,
  });
const texts = async () =>
  (await mailboxViews(test.database.reads(platform)).list('+22670000001', 10)).map(
    ({ text }) => text,
  );

describe('the mailbox', () => {
  it('keeps a message once, and for two weeks', async () => {
    for (const text of ['old', 'older', 'young', 'young']) await keep(text);
    await test.admin.query(
      "update notifications.mailbox set sent_at = now() - interval '15 days' where body in ('old', 'older')",
    );
    const store = mailboxStore(test.database.statements(platform));
    expect(await store.purge()).toBe(2);
    expect(await texts()).toEqual(['young']);
    expect(await store.purge()).toBe(0);
  });
});
