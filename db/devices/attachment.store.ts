import type {
  Attachment,
  AttachRequest,
  DetachRequest,
} from '../../workflows/devices/device.contract.js';
import { findKind, occupied } from '../../workflows/devices/measured-kind.contract.js';
import {
  measuredThing,
  thingMessage,
  type MeasuredThing,
} from '../../workflows/devices/measured-thing.contract.js';
import { failure } from '../../workflows/shared/failure.js';
import { boolean, columnList, orNull, parameterList, text, uuid } from '../connection/column.js';
import type { WriteScope } from '../connection/database.js';
import { query } from '../connection/query.js';
import { newId } from '../shared/id.js';
import { change, emitEvents, runChange } from '../shared/outbox.js';
import type { ClaimedUnit } from './claimed-unit.store.js';
import { attachedEvent, detachedEvent } from './device.events.js';
import type { MeasuredKind } from './measured-kind.contract.js';

const thingRow = { kind: text, thingId: uuid };
const newAttachment = {
  accountId: uuid,
  attachmentId: uuid,
  deviceId: text,
  ...thingRow,
  attachedBy: uuid,
};

/**
 * The unique indexes decide, so two attaches at once cannot both succeed. A trigger gives the
 * attachment a place behind the device's accepted messages.
 */
const insertAttachment = query({
  name: 'attachment.insert',
  parameters: newAttachment,
  row: { attachmentId: uuid },
  text: `insert into devices.device_attachments (${columnList(newAttachment)})
   values (${parameterList(newAttachment)}) on conflict do nothing returning attachment_id`,
});

/**
 * A pairing begins with nothing seen, and with the account's settings of the last attachment. The
 * event comes after the device's lock, as when messages are derived: otherwise attaching and
 * deriving could wait for each other.
 */
const beginPairing = change({
  name: 'attachment.beginPairing',
  parameters: { isReturning: boolean, accountId: uuid, deviceId: text },
  row: { deviceId: text },
  text: `with earlier as (select a.name, a.interval_ms, a.status from devices.device_attachments a
     where :isReturning and a.account_id = :accountId and a.device_id = :deviceId and a.detached_at is not null
     order by a.attachment_no desc limit 1)
   update devices.devices d set name = (select e.name from earlier e), interval_ms = (select e.interval_ms from earlier e),
     status = coalesce((select e.status from earlier e), 'ACTIVE'), connectivity_state = 'NEVER_SEEN', last_seen_at = null,
     last_reading_at = null, battery_pct = null, battery_voltage_mv = null, is_charging = null, signal_strength_dbm = null,
     version = d.version + 1, updated_at = now()
   where d.device_id = :deviceId returning d.device_id`,
});

/** The account's name and settings of the device stay with the attachment, hidden from others. */
const endAttachment = query({
  name: 'attachment.end',
  parameters: { accountId: uuid, deviceId: text },
  row: thingRow,
  text: `with device as (
     select d.device_id, d.name, d.interval_ms, d.status from devices.devices d where d.device_id = :deviceId for update
   ), ended as (
     update devices.device_attachments a set detached_at = now(), name = d.name, interval_ms = d.interval_ms, status = d.status
     from device d where a.account_id = :accountId and a.device_id = d.device_id and a.detached_at is null
     returning a.device_id, a.kind, a.thing_id
   ), forgotten as (
     update devices.devices d set name = null, interval_ms = null, status = 'ACTIVE', version = d.version + 1, updated_at = now()
     from ended e where d.device_id = e.device_id
   )
   select e.kind, e.thing_id from ended e`,
});

const lastThing = query({
  name: 'attachment.lastThing',
  parameters: { accountId: uuid, deviceId: text },
  row: thingRow,
  text: `select a.kind, a.thing_id from devices.device_attachments a
   where a.account_id = :accountId and a.device_id = :deviceId order by a.attachment_no desc limit 1`,
});

const attachmentsNow = query({
  name: 'attachment.now',
  parameters: { accountId: uuid, deviceId: text, thingId: uuid },
  row: { holder: orNull(text), isOurs: boolean },
  text: `select (select a.device_id from devices.device_attachments a
       where a.account_id = :accountId and a.thing_id = :thingId and a.detached_at is null) as holder,
     exists (select from devices.device_attachments a
       where a.account_id = :accountId and a.device_id = :deviceId and a.detached_at is null) as is_ours`,
});

/** In the transaction of the account that attaches or detaches. */
export function attachmentStore(scope: WriteScope, kinds: readonly MeasuredKind[]) {
  const { accountId } = scope;

  /**
   * The pairing, where the device measures the thing already, or the refusal of another pairing.
   */
  async function standing(
    deviceId: string,
    kind: MeasuredKind,
    thing: MeasuredThing,
  ): Promise<Attachment> {
    const { thingId } = thing;
    const [now] = await scope.read(attachmentsNow, { accountId, deviceId, thingId });
    if (now?.holder === deviceId) return attachmentOf(deviceId, thing);
    if (now?.holder) throw occupied(kind, thingId);
    // Other accounts' devices are answered as missing.
    throw now?.isOurs
      ? failure('DEVICE_ALREADY_PAIRED', { device_id: deviceId })
      : failure('RESOURCE_NOT_FOUND');
  }

  return {
    async attach(
      request: AttachRequest & { deviceId: string },
      { isReturning }: ClaimedUnit,
    ): Promise<Attachment> {
      const { deviceId, principalId } = request;
      const thing = measuredThing(request);
      const kind = thing && findKind(kinds, thing);
      if (!kind || !(await kind.store(scope).holdThing(thing.thingId)))
        throw failure('RESOURCE_NOT_FOUND');
      const [attached] = await scope.run(insertAttachment, {
        accountId,
        attachmentId: newId(),
        deviceId,
        kind: thing.kind,
        thingId: thing.thingId,
        attachedBy: principalId,
      });
      if (!attached) return standing(deviceId, kind, thing);
      await runChange(scope, beginPairing, { isReturning, accountId, deviceId }, [
        attachedEvent({ accountId, principalId, deviceId, thing }),
      ]);
      return attachmentOf(deviceId, thing);
    },

    async detach({
      deviceId,
      principalId,
    }: DetachRequest & { deviceId: string }): Promise<Attachment> {
      const [ended] = await scope.run(endAttachment, { accountId, deviceId });
      const [thing] = ended ? [ended] : await scope.read(lastThing, { accountId, deviceId });
      if (!thing) throw failure('DEVICE_NOT_PAIRED', { device_id: deviceId });
      if (ended)
        await emitEvents(scope, [detachedEvent({ accountId, principalId, deviceId, thing })]);
      return attachmentOf(deviceId, thing);
    },
  };
}
export type AttachmentStore = ReturnType<typeof attachmentStore>;

const attachmentOf = (deviceId: string, thing: MeasuredThing): Attachment => ({
  deviceId,
  ...thingMessage(thing),
});
