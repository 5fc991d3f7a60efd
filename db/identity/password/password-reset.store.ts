import type { Channel } from '../../../workflows/identity/otp.contract.js';
import { bytes, listOf, text, textOf, uuid } from '../../connection/column.js';
import type { WriteScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';
import { takeRequest } from '../code/code-standing.records.js';
import { storeOtp } from '../code/otp.records.js';
import {
  findProvedHolder,
  identifiersOfRecipient,
  lockIdentifiers,
} from '../user/identifier.records.js';

const purpose = 'RESET_PASSWORD' as const;

const resetRequest = {
  channel: textOf<Channel>(),
  identifier: text,
  tokenId: uuid,
  nonce: bytes,
  identifierHash: bytes,
  codeHash: bytes,
};

const takenRequest = query({
  name: 'passwordReset.take',
  parameters: { requestId: uuid },
  row: resetRequest,
  text: `delete from identity.password_reset_requests r where r.request_id = :requestId
   returning ${listOf(resetRequest, 'r')}`,
});

/** In the platform's transaction. */
export const passwordResetStore = (scope: WriteScope) => ({
  /**
   * Sends the prepared code to an ACTIVE user with the identifier proved, unless a code was sent
   * lately. The request ends with the answer, so a repeat does nothing.
   */
  async answer(requestId: string): Promise<void> {
    const [request] = await scope.run(takenRequest, { requestId });
    if (!request) return;
    const { tokenId, nonce, identifierHash, codeHash, ...recipient } = request;
    const identifiers = identifiersOfRecipient(recipient);
    await lockIdentifiers(scope, identifiers);
    const holder = await findProvedHolder(scope, identifiers);
    const isInTime = await takeRequest(scope, { identifierHash, purpose });
    if (holder?.status !== 'ACTIVE' || !isInTime) return;
    const deliveries = [{ ...recipient, codeHash }];
    const { userId } = holder;
    await storeOtp(scope, { userId, purpose }, { tokenId, nonce, identifierHash, deliveries });
  },
});
