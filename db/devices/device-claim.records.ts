import { createHmac, timingSafeEqual } from 'node:crypto';
import { failure } from '../../workflows/shared/failure.js';
import { judgeClaim } from '../../workflows/devices/device-claim.rules.js';
import {
  arrayOf,
  boolean,
  bytes,
  integer,
  orNull,
  text,
  uuid,
  type Values,
} from '../connection/column.js';
import type { WriteScope } from '../connection/database.js';
import { query } from '../connection/query.js';
import { isNamed, unitName, unitNameOf, type UnitName } from './device-unit.views.js';

/** Whoever tries to claim a unit. */
interface Claimant {
  accountId: string;
  principalId: string;
  /** Where the request came from. */
  place: string;
}

interface ClaimRequest extends Claimant {
  unit: UnitName;
  /** As printed on the label; undefined without a code. */
  claimCode: string | undefined;
}

const windowMinutes = 10;
const maxMisses = 10;
/**
 * A household or a company shares an address; ten people trying from one address are still stopped.
 */
const maxMissesOfPlace = 100;

/**
 * Under a keyed hash, bound to the unit: a reader of the table can neither try codes nor tell equal
 * codes. Misses bound the tries of a code at the API (docs/decisions/0015).
 */
export const hashClaimCode = (key: string, deviceId: string, claimCode: string): Buffer =>
  createHmac('sha256', key).update(`${deviceId}/${claimCode}`).digest();

// Held until the transaction ends, so that tries at the same moment are counted one after the
// other. Keys come in one order, so that two transactions cannot deadlock.
const lockMisses = query({
  name: 'deviceClaim.lockMisses',
  parameters: { keys: arrayOf(text) },
  row: { key: text, count: integer, leftSeconds: integer },
  text: `insert into devices.claim_misses as m (key, count, ends_at)
   select k.key, 0, now() + interval '${windowMinutes} minutes' from unnest(:keys) with ordinality as k(key, n) order by k.n
   on conflict (key) do update set count = case when m.ends_at <= now() then 0 else m.count end,
     ends_at = case when m.ends_at <= now() then excluded.ends_at else m.ends_at end
   returning m.key, m.count, ceil(extract(epoch from m.ends_at - now()))::int as left_seconds`,
});

const countMiss = query({
  name: 'deviceClaim.countMiss',
  parameters: { keys: arrayOf(text) },
  text: 'update devices.claim_misses m set count = m.count + 1 where m.key = any(:keys)',
});

const forgetMisses = query({
  name: 'deviceClaim.forgetMisses',
  text: `delete from devices.claim_misses m where m.key = any (array(
     select e.key from devices.claim_misses e where e.ends_at <= now() order by e.ends_at limit 100 for update skip locked))`,
});

const unit = {
  deviceId: text,
  assignedTo: orNull(uuid),
  claimCodeHash: orNull(bytes),
  holder: orNull(uuid),
  lastHolder: orNull(uuid),
  isReady: boolean,
};
type Unit = Values<typeof unit>;

const lockUnit = query({
  name: 'deviceClaim.lockUnit',
  parameters: unitName,
  row: unit,
  text: `select u.device_id, u.assigned_to, u.claim_code_hash,
     (select a.account_id from devices.device_attachments a where a.device_id = u.device_id and a.detached_at is null) as holder,
     (select a.account_id from devices.device_attachments a where a.device_id = u.device_id
       order by a.attachment_no desc limit 1) as last_holder,
     u.provisioning_status = 'PROVISIONED'
       and exists (select 1 from devices.devices d where d.device_id = u.device_id) as is_ready
   from devices.device_units u where ${isNamed} for update of u`,
});

const recordClaim = query({
  name: 'deviceClaim.record',
  parameters: { accountId: uuid, deviceId: text },
  text: 'update devices.device_units u set claimed_by = :accountId where u.device_id = :deviceId',
});

/**
 * Claims of units by accounts: judged here, remembered on the unit, and judged again at the
 * attachment. In the platform's transaction.
 */
export function deviceClaimRecords(scope: WriteScope, { codeKey }: { codeKey: string }) {
  const isRight = ({ deviceId, claimCodeHash }: Unit, claimCode: string): boolean =>
    claimCodeHash !== null &&
    timingSafeEqual(claimCodeHash, hashClaimCode(codeKey, deviceId, claimCode));

  return {
    /**
     * Claims the unit and answers the id if the account may attach the unit; for every other reason
     * alike, counts a miss and answers undefined. Throws RATE_LIMITED after too many misses.
     */
    async claim({ unit: name, claimCode, ...claimant }: ClaimRequest): Promise<string | undefined> {
      const { accountId } = claimant;
      const keys = keysOf(claimant);
      await assertTriesAreLeft(scope, keys);
      const [unit] = await scope.run(lockUnit, unitNameOf(name));
      const verdict = judgeClaim(unit && { ...unit, hasCode: unit.claimCodeHash !== null }, {
        accountId,
        isById: 'deviceId' in name,
        isCodeRight: unit !== undefined && claimCode !== undefined && isRight(unit, claimCode),
      });
      if (!unit || verdict === 'MISSED') {
        await scope.run(countMiss, { keys });
        await scope.run(forgetMisses, {});
        return undefined;
      }
      const { deviceId } = unit;
      if (verdict === 'NOT_READY') throw failure('DEVICE_NOT_PROVISIONED', { device_id: deviceId });
      await scope.run(recordClaim, { accountId, deviceId });
      return deviceId;
    },

    /** Counts a claim lost before the attachment. */
    async miss(claimant: Claimant): Promise<void> {
      const keys = keysOf(claimant);
      await scope.run(lockMisses, { keys });
      await scope.run(countMiss, { keys });
    },
  };
}

async function assertTriesAreLeft(scope: WriteScope, keys: readonly string[]): Promise<void> {
  for (const { key, count, leftSeconds } of await scope.run(lockMisses, { keys }))
    if (count >= (key.startsWith(placePrefix) ? maxMissesOfPlace : maxMisses))
      throw failure('RATE_LIMITED', { retry_after_seconds: Math.max(1, leftSeconds) });
}

const placePrefix = 'place/';

/**
 * Misses stop the account and the person; a place is stopped later, so that a stranger locks out no
 * neighbour.
 */
const keysOf = ({ accountId, principalId, place }: Claimant) =>
  [`account/${accountId}`, `principal/${principalId}`, `${placePrefix}${place}`].sort();
