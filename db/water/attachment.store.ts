import type { Attachment, AttachRequest, DetachRequest } from '../../workflows/water/device.contract.js';
import { failure } from '../../workflows/shared/failure.js';
import type { Transaction } from '../shared/database.js';
import { newId } from '../shared/id.js';
import { emitEvents } from '../shared/outbox.js';
import { deviceAttached, deviceDetached } from './device.events.js';

/** Under its lock a unit is claimed, assigned and detached by nobody else. */
const lockUnit = `
  select u.claimed_by as "claimedBy", u.assigned_to as "assignedTo", u.provisioning_status = 'PROVISIONED' as "isReady",
    (select a.account_id from water.device_attachments a where a.device_id = u.device_id
      order by a.attachment_no desc limit 1) as "lastHolder"
  from water.device_units u where u.device_id = ? for update of u`;

/**
 * The unique indexes decide, so two attaches at once cannot both succeed. A trigger gives the attachment its place behind what was
 * accepted of the device.
 */
const insertAttachment = `
  insert into water.device_attachments (account_id, attachment_id, device_id, reservoir_id, attached_by)
  select r.account_id, ?, ?, r.reservoir_id, ?
  from water.reservoirs r where r.account_id = ? and r.reservoir_id = ?
  on conflict do nothing returning reservoir_id`;

/** A pairing begins with nothing seen, and with what this account had set when it had the device last. */
const beginPairing = `
  with earlier as (select a.name, a.interval_ms, a.status from water.device_attachments a
    where ? and a.account_id = ? and a.device_id = ? and a.detached_at is not null order by a.attachment_no desc limit 1)
  update water.devices d set name = (select e.name from earlier e), interval_ms = (select e.interval_ms from earlier e),
    status = coalesce((select e.status from earlier e), 'ACTIVE'), connectivity_state = 'NEVER_SEEN', last_seen_at = null,
    last_reading_at = null, battery_pct = null, battery_voltage_mv = null, is_charging = null, signal_strength_dbm = null,
    version = d.version + 1, updated_at = now()
  where d.device_id = ?`;

/** What the account called and set of the device stays with its attachment, for nobody else to see. */
const endAttachment = `
  with device as (
    select d.device_id, d.name, d.interval_ms, d.status from water.devices d where d.device_id = ? for update
  ), ended as (
    update water.device_attachments a set detached_at = now(), name = d.name, interval_ms = d.interval_ms, status = d.status
    from device d where a.account_id = ? and a.device_id = d.device_id and a.detached_at is null
    returning a.device_id, a.reservoir_id
  ), forgotten as (
    update water.devices d set name = null, interval_ms = null, status = 'ACTIVE', version = d.version + 1, updated_at = now()
    from ended e where d.device_id = e.device_id
  )
  select e.reservoir_id as "reservoirId" from ended e`;

const lastReservoir = `
  select a.reservoir_id as "reservoirId" from water.device_attachments a
  where a.account_id = ? and a.device_id = ? order by a.attachment_no desc limit 1`;

/** A unit that its account may attach, held still until the transaction ends. */
export interface ClaimedUnit {
  /** The account that attaches it is the one that had it last. */
  isReturning: boolean;
}

/**
 * The claim is asked for again where it takes effect, in the platform's context: a unit may have been claimed, assigned or
 * disabled since, and whoever starts the device's workflow proves nothing by it.
 */
export async function holdClaimedUnit(
  trx: Transaction,
  { accountId, deviceId }: { accountId: string; deviceId: string },
): Promise<ClaimedUnit> {
  const { rows } = await trx.raw<{ rows: UnitStanding[] }>(lockUnit, [deviceId]);
  const [unit] = rows;
  if (unit?.claimedBy !== accountId || (unit.assignedTo ?? accountId) !== accountId)
    throw failure('RESOURCE_NOT_FOUND');
  if (!unit.isReady) throw failure('DEVICE_NOT_PROVISIONED', { device_id: deviceId });
  return { isReturning: unit.lastHolder === accountId };
}

interface UnitStanding {
  claimedBy: string | null;
  assignedTo: string | null;
  isReady: boolean;
  lastHolder: string | null;
}

/** In the transaction of the account that attaches or detaches. */
export function createAttachmentStore(trx: Transaction) {
  const current = (where: { accountId: string; reservoirId: string } | { accountId: string; deviceId: string }) =>
    trx<{ deviceId: string }>('water.device_attachments').where(where).whereNull('detachedAt').first('deviceId');

  /** What is told of others is that there is nothing. */
  async function refusal({ accountId, reservoirId, deviceId }: AttachRequest & { deviceId: string }): Promise<Error> {
    if (await current({ accountId, reservoirId }))
      return failure('RESERVOIR_ALREADY_PAIRED', { reservoir_id: reservoirId });
    const reservoir = await trx('water.reservoirs').where({ accountId, reservoirId }).first('reservoirId');
    const isOurs = reservoir && (await current({ accountId, deviceId }));
    return isOurs ? failure('DEVICE_ALREADY_PAIRED', { device_id: deviceId }) : failure('RESOURCE_NOT_FOUND');
  }

  return {
    async attach(request: AttachRequest & { deviceId: string }, { isReturning }: ClaimedUnit): Promise<Attachment> {
      const { accountId, deviceId, reservoirId, principalId } = request;
      const attachment = { deviceId, reservoirId };
      const { rows } = await trx.raw<{ rows: unknown[] }>(insertAttachment, [
        ...[newId(), deviceId, principalId, accountId, reservoirId],
      ] as string[]);
      if (rows.length === 0) {
        if ((await current({ accountId, reservoirId }))?.deviceId === deviceId) return attachment;
        throw await refusal(request);
      }
      await trx.raw(beginPairing, [isReturning, accountId, deviceId, deviceId]);
      await emitEvents(trx, [
        deviceAttached.of({
          accountId,
          subjectId: deviceId,
          actorPrincipalId: principalId,
          payload: payloadOf(attachment),
        }),
      ]);
      return attachment;
    },

    async detach({ accountId, deviceId, principalId }: DetachRequest & { deviceId: string }): Promise<Attachment> {
      const { rows: ended } = await trx.raw<{ rows: { reservoirId: string }[] }>(endAttachment, [deviceId, accountId]);
      const { rows: earlier } = ended[0]
        ? { rows: ended }
        : await trx.raw<{ rows: { reservoirId: string }[] }>(lastReservoir, [accountId, deviceId]);
      const [last] = earlier;
      if (!last) throw failure('DEVICE_NOT_PAIRED', { device_id: deviceId });
      const attachment = { deviceId, reservoirId: last.reservoirId };
      if (ended[0]) {
        await emitEvents(trx, [
          deviceDetached.of({
            accountId,
            subjectId: deviceId,
            actorPrincipalId: principalId,
            payload: payloadOf(attachment),
          }),
        ]);
      }
      return attachment;
    },
  };
}

const payloadOf = ({ deviceId, reservoirId }: Attachment) => ({ device_id: deviceId, reservoir_id: reservoirId });
