import { createIdentityActivities } from '../../activities/identity/index.js';
import type { Sender } from '../../activities/shared/sender.js';
import { platformAccountId } from '../../db/connection/database.js';
import { noticeStore } from '../../db/identity/notice/notice.store.js';
import { newId } from '../../db/shared/id.js';
import {
  noticeWorkflowId,
  noticeWorkflowType,
  type NoticeInput,
} from '../../workflows/identity/notice/notice.contract.js';
import {
  aPhone,
  anEmail,
  createIdentityFixture,
  otpKey,
  passwordHash,
} from '../identity/identity-fixture.js';
import type { TestTemporal } from '../support/servers/temporal.js';
import type { Played } from './recording.js';

const isDown = (): Promise<string> => Promise.reject(new Error('down'));

/** The message is sent; the provider fails at first; no provider is there. */
export async function play(temporal: TestTemporal): Promise<Played> {
  const test = await createIdentityFixture();
  const store = noticeStore(test.database.statements({ accountId: platformAccountId }));
  let tries = 0;
  const takes: Sender = { send: () => Promise.resolve('taken') };
  const failsFirst: Sender = {
    send: () => ((tries += 1) > 1 ? Promise.resolve('taken') : isDown()),
  };

  async function startNotice(senders: { SMS?: Sender; EMAIL?: Sender }) {
    const { database } = test;
    const activities = createIdentityActivities({ database, otpKey, inviteKey: otpKey, senders });
    const { taskQueue } = await temporal.startWorker('identity', activities);
    const identifiers = { email: anEmail(), phoneE164: aPhone() };
    const { userId } = await test.admins.addUser({ identifiers, passwordHash });
    const eventId = newId();
    await store.open({ eventId, userId, kind: 'PASSWORD_CHANGED' });
    const input: NoticeInput = { eventId, messageBudgetMs: 20_000 };
    return temporal.client.workflow.start(noticeWorkflowType, {
      taskQueue,
      workflowId: noticeWorkflowId(eventId),
      args: [input],
    });
  }

  const played = {
    sent: await startNotice({ EMAIL: takes }),
    'provider-fails-first': await startNotice({ EMAIL: failsFirst }),
    failed: await startNotice({}),
  };
  await Promise.all(Object.values(played).map((handle) => handle.result()));
  await test.drop();
  return played;
}
