import { createIdentityActivities } from '../../activities/identity/index.js';
import type { Sender } from '../../activities/shared/sender.js';
import { openAccount } from '../../db/identity/account/account.records.js';
import { inviteRecords } from '../../db/identity/invite/invite.records.js';
import { platformAccountId } from '../../db/connection/database.js';
import {
  inviteChanged,
  inviteWorkflowId,
  inviteWorkflowType,
  type InviteInput,
} from '../../workflows/identity/invite/invite.contract.js';
import { anEmail, createIdentityFixture, inviteKey, otpKey } from '../identity/identity-fixture.js';
import type { TestTemporal } from '../support/servers/temporal.js';
import type { Played } from './recording.js';

const secondMs = 1_000;

/** The invite is revoked after another message; it expires after a reminder; nothing can be sent. */
export async function play(temporal: TestTemporal): Promise<Played> {
  const test = await createIdentityFixture();
  const { database } = test;
  let tries = 0;
  const takes: Sender = { send: () => Promise.resolve('taken') };
  const failsFirst: Sender = {
    send: () => ((tries += 1) > 1 ? Promise.resolve('taken') : Promise.reject(new Error('down'))),
  };
  const { principalId } = await test.aProved();
  const account = {
    kind: 'ORGANIZATION',
    name: 'Kibera Water',
    planId: 'pro',
    ownerPrincipalId: principalId,
  } as const;
  const accountId = await database.transaction({ accountId: platformAccountId }, (scope) =>
    openAccount(scope, account),
  );
  const recordsOf = (ttlMs: number, email: string) =>
    database.transaction({ accountId, principalId }, (scope) =>
      inviteRecords(scope, {
        inviteKey,
        inviteTtlMs: ttlMs,
        findResource: () => Promise.resolve(false),
      }).issue({ recipient: { channel: 'EMAIL', identifier: email }, role: 'VIEWER' }),
    );

  async function startInvite(ttlMs: number, senders: { EMAIL?: Sender }) {
    const activities = createIdentityActivities({ database, otpKey, inviteKey, senders });
    const { taskQueue } = await temporal.startWorker('identity', activities);
    const email = anEmail();
    const { inviteId } = await recordsOf(ttlMs, email);
    const input: InviteInput = { inviteId, messageBudgetMs: 20_000 };
    const handle = await temporal.client.workflow.start(inviteWorkflowType, {
      taskQueue,
      workflowId: inviteWorkflowId(inviteId),
      args: [input],
    });
    return { handle, inviteId };
  }

  const revoked = await startInvite(3_600 * secondMs, { EMAIL: takes });
  const expired = await startInvite(4 * secondMs, { EMAIL: failsFirst });
  const unsent = await startInvite(2 * secondMs, {});
  await database.transaction({ accountId, principalId }, (scope) =>
    inviteRecords(scope, {
      inviteKey,
      inviteTtlMs: 1,
      findResource: () => Promise.resolve(false),
    }).revoke(revoked.inviteId),
  );
  await revoked.handle.signal(inviteChanged);
  const played = {
    revoked: revoked.handle,
    'reminded-and-expired': expired.handle,
    unsent: unsent.handle,
  };
  await Promise.all(Object.values(played).map((handle) => handle.result()));
  await test.drop();
  return played;
}
