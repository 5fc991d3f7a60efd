import { platformAccountId, type Database } from '../../db/shared/database.js';
import { effectOf, idempotencyOf, isMutating, type Call, type Contract, type Layer } from './route.js';

export type Transactions = Pick<Database, 'together'>;

/**
 * One transaction around a handler that changes what belongs to an account or the platform, in the signed context of who
 * asks. What the handler does through the database joins it; a refusal or an error takes all of it back.
 */
export const transact =
  ({ together }: Transactions): Layer =>
  (route, next) => {
    if (!isTransacted(route)) return next;
    return (call) =>
      together(contextOf(call), async (transaction) => {
        call.transaction = transaction;
        return next(call);
      });
  };

/** Whoever needs no record and no answer kept (a quote, a batch of facts) has transactions of its own, if any. */
const isTransacted = (route: Contract): boolean =>
  isMutating(route) &&
  effectOf(route) === 'transaction' &&
  (route.access.kind === 'member' || route.access.kind === 'resource' || route.access.kind === 'platformAdmin') &&
  ((route.audit !== undefined && 'action' in route.audit) || idempotencyOf(route) !== 'none');

/** A platform admin acts for the platform, where no account is named. */
function contextOf({ accountId = platformAccountId, caller }: Call) {
  if (!caller) throw new Error('nobody knows on whose behalf');
  return { accountId, principalId: caller.principalId };
}
