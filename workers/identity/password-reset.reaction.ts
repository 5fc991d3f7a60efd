import { platformAccountId } from '../../db/connection/database.js';
import { passwordResetStore } from '../../db/identity/password/password-reset.store.js';
import type { Resources } from '../process/resources.js';
import type { InternalConsumer } from '../relay/sink.js';

/**
 * Looks up the owner of the identifier behind a request for a new password, and has the code sent.
 * Safe to repeat: the request's row ends with the code's.
 */
export const createPasswordResetReaction = ({
  database,
}: Pick<Resources, 'database'>): InternalConsumer => ({
  name: 'password-reset',
  on: {
    PASSWORD_RESET_REQUESTED: ({ payload }) => {
      const { request_id: requestId } = payload as { request_id: string };
      return database.transaction({ accountId: platformAccountId }, (scope) =>
        passwordResetStore(scope).answer(requestId),
      );
    },
  },
});
