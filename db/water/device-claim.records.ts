import { createHmac, timingSafeEqual } from 'node:crypto';
import { failure } from '../../workflows/shared/failure.js';
import { judgeClaim } from '../../workflows/water/device-claim.rules.js';
import type { Database, Transaction } from '../shared/database.js';

/** A unit by its hardware id or by the serial number on its label. */
export type UnitName = { deviceId: string } | { serialNumber: string };

export interface ClaimRequest {
  unit: UnitName;
  accountId: string;
  /** As it stands on the label; undefined when none was given. */
  claimCode: string | undefined;
  principalId: string;
  /** Where the request came from. */
  place: string;
}

interface FoundUnit {
  deviceId: string;
  assignedTo: string | null;
  holder: string | null;
  lastHolder: string | null;
  isReady: boolean;
  claimCodeHash: Buffer | null;
}

const windowMinutes = 10;
const maxMisses = 10;
/** A household or a company shares an address; ten people who try from one are still stopped. */
const maxMissesOfPlace = 100;

/**
 * Under a keyed hash, bound to the unit: whoever reads the table can neither try codes nor tell equal ones. How often a
 * code can be tried at the API is bounded by the misses.
 */
export const hashClaimCode = (key: string, deviceId: string, claimCode: string): Buffer =>
  createHmac('sha256', key).update(`${deviceId}/${claimCode}`).digest();

// Held until the transaction ends, so that tries at the same moment are counted one after the other. Keys come in one
// order, so that two transactions cannot deadlock.
const lockMisses = `
  insert into water.claim_misses as m (key, count, ends_at)
  select k.key, 0, now() + interval '${windowMinutes} minutes' from unnest(?::text[]) with ordinality as k(key, n) order by k.n
  on conflict (key) do update set count = case when m.ends_at <= now() then 0 else m.count end,
    ends_at = case when m.ends_at <= now() then excluded.ends_at else m.ends_at end
  returning m.key, m.count, ceil(extract(epoch from m.ends_at - now()))::int as "leftSeconds"`;

const countMiss = 'update water.claim_misses m set count = m.count + 1 where m.key = any(?::text[])';

const forgetMisses = `
  delete from water.claim_misses m where m.key = any (array(
    select e.key from water.claim_misses e where e.ends_at <= now() order by e.ends_at limit 100 for update skip locked))`;

const lockUnit = `
  select u.device_id as "deviceId", u.assigned_to as "assignedTo", u.claim_code_hash as "claimCodeHash",
    (select a.account_id from water.device_attachments a where a.device_id = u.device_id and a.detached_at is null) as holder,
    (select a.account_id from water.device_attachments a where a.device_id = u.device_id
      order by a.attachment_no desc limit 1) as "lastHolder",
    u.provisioning_status = 'PROVISIONED'
      and exists (select 1 from water.devices d where d.device_id = u.device_id) as "isReady"
  from water.device_units u where u.device_id = ? or u.serial_number = ? for update of u`;

const recordClaim = 'update water.device_units u set claimed_by = ? where u.device_id = ?';

/** Who may attach which unit: found out here, remembered on the unit, and asked for again where the attachment is made. */
export function createDeviceClaimRecords({ database, codeKey }: { database: Database; codeKey: string }) {
  const isRight = ({ deviceId, claimCodeHash }: FoundUnit, claimCode: string): boolean =>
    claimCodeHash !== null && timingSafeEqual(claimCodeHash, hashClaimCode(codeKey, deviceId, claimCode));

  return {
    /**
     * The id of the unit if the account may attach it, and then it is claimed; undefined, and a miss is counted, for every
     * other reason alike. Throws RATE_LIMITED once there were too many.
     */
    async claim({ unit: name, accountId, claimCode, principalId, place }: ClaimRequest): Promise<string | undefined> {
      const keys = keysOf({ accountId, principalId, place });
      return database.inPlatform(async (trx) => {
        await assertTriesAreLeft(trx, keys);
        const unit = await findUnit(trx, name);
        const verdict = judgeClaim(unit && { ...unit, hasCode: unit.claimCodeHash !== null }, {
          accountId,
          isById: 'deviceId' in name,
          isCodeRight: unit !== undefined && claimCode !== undefined && isRight(unit, claimCode),
        });
        if (!unit || verdict === 'MISSED') {
          await trx.raw(countMiss, [keys]);
          await trx.raw(forgetMisses);
          return undefined;
        }
        const { deviceId } = unit;
        if (verdict === 'NOT_READY') throw failure('DEVICE_NOT_PROVISIONED', { device_id: deviceId });
        await trx.raw(recordClaim, [accountId, deviceId]);
        return deviceId;
      });
    },

    /** Counts a claim that was lost before it took effect. */
    miss: (who: Pick<ClaimRequest, 'accountId' | 'principalId' | 'place'>): Promise<void> =>
      database.inPlatform(async (trx) => {
        const keys = keysOf(who);
        await trx.raw(lockMisses, [keys]);
        await trx.raw(countMiss, [keys]);
      }),
  };
}
export type DeviceClaimRecords = ReturnType<typeof createDeviceClaimRecords>;

async function findUnit(trx: Transaction, name: UnitName): Promise<FoundUnit | undefined> {
  const values = 'deviceId' in name ? [name.deviceId, null] : [null, name.serialNumber];
  const { rows } = await trx.raw<{ rows: FoundUnit[] }>(lockUnit, values as string[]);
  return rows[0];
}

async function assertTriesAreLeft(trx: Transaction, keys: readonly string[]): Promise<void> {
  const { rows } = await trx.raw<{ rows: { key: string; count: number; leftSeconds: number }[] }>(lockMisses, [
    keys as string[],
  ]);
  for (const { key, count, leftSeconds } of rows)
    if (count >= (key.startsWith(placePrefix) ? maxMissesOfPlace : maxMisses))
      throw failure('RATE_LIMITED', { retry_after_seconds: Math.max(1, leftSeconds) });
}

const placePrefix = 'place/';

/** Misses stop the account and the person; a place is stopped later, so that a stranger locks out no neighbour. */
const keysOf = ({ accountId, principalId, place }: Pick<ClaimRequest, 'accountId' | 'principalId' | 'place'>) =>
  [`account/${accountId}`, `principal/${principalId}`, `${placePrefix}${place}`].sort();
