import { failure } from '../../workflows/shared/failure.js';
import { boolean, orNull, text, uuid } from '../connection/column.js';
import type { WriteScope } from '../connection/database.js';
import { query } from '../connection/query.js';

/** The unit's lock: claims, assignments and detachments of one unit come one after the other. */
const lockUnit = query({
  name: 'attachment.lockUnit',
  parameters: { deviceId: text },
  row: {
    claimedBy: orNull(uuid),
    assignedTo: orNull(uuid),
    isReady: boolean,
    lastHolder: orNull(uuid),
  },
  text: `select u.claimed_by, u.assigned_to, u.provisioning_status = 'PROVISIONED' as is_ready,
     (select a.account_id from devices.device_attachments a where a.device_id = u.device_id
       order by a.attachment_no desc limit 1) as last_holder
   from devices.device_units u where u.device_id = :deviceId for update of u`,
});

/** A unit that the account may attach, held still until the transaction ends. */
export interface ClaimedUnit {
  /** The attaching account is also the account of the last attachment. */
  isReturning: boolean;
}

/** In the platform's transaction, of which the attachment is a step. */
export const claimedUnitStore = (scope: WriteScope) => ({
  /**
   * Checks the claim again at the attachment: a unit may have been claimed, assigned or disabled
   * since, and the start of a device's workflow proves no claim.
   */
  async hold({
    accountId,
    deviceId,
  }: {
    accountId: string;
    deviceId: string;
  }): Promise<ClaimedUnit> {
    const [unit] = await scope.run(lockUnit, { deviceId });
    if (unit?.claimedBy !== accountId || (unit.assignedTo ?? accountId) !== accountId)
      throw failure('RESOURCE_NOT_FOUND');
    if (!unit.isReady) throw failure('DEVICE_NOT_PROVISIONED', { device_id: deviceId });
    return { isReturning: unit.lastHolder === accountId };
  },
});
