import type { Attachment, AttachRequest, DetachRequest } from '../../workflows/water/device.contract.js';
import { failure } from '../../workflows/shared/failure.js';
import type { Transaction } from '../shared/database.js';
import { newId } from '../shared/id.js';
import { emitEvents } from '../shared/outbox.js';
import { deviceAttached, deviceDetached } from './device.events.js';

/** The unique indexes decide, so two attaches at once cannot both succeed. */
const insertAttachment = `
  insert into water.device_attachments (account_id, attachment_id, device_id, reservoir_id, attached_by)
  select r.account_id, ?, ?, r.reservoir_id, ? from water.reservoirs r where r.account_id = ? and r.reservoir_id = ?
  on conflict do nothing returning reservoir_id`;

const endAttachment = `
  update water.device_attachments a set detached_at = now()
  where a.account_id = ? and a.device_id = ? and a.detached_at is null returning a.reservoir_id as "reservoirId"`;

const lastReservoir = `
  select a.reservoir_id as "reservoirId" from water.device_attachments a
  where a.account_id = ? and a.device_id = ? order by a.attached_at desc limit 1`;

/** In the transaction of the account that attaches. */
export function createAttachmentStore(trx: Transaction) {
  const current = (where: { accountId: string; reservoirId: string }) =>
    trx<{ deviceId: string }>('water.device_attachments').where(where).whereNull('detachedAt').first('deviceId');

  return {
    async attach({
      accountId,
      deviceId,
      reservoirId,
      principalId,
    }: AttachRequest & { deviceId: string }): Promise<Attachment> {
      const attachment = { deviceId, reservoirId };
      const values = [newId(), deviceId, principalId, accountId, reservoirId];
      const { rows } = await trx.raw<{ rows: unknown[] }>(insertAttachment, values);
      if (rows.length === 0) {
        const paired = await current({ accountId, reservoirId });
        if (paired?.deviceId === deviceId) return attachment;
        if (paired) throw failure('RESERVOIR_ALREADY_PAIRED', { reservoir_id: reservoirId });
        const reservoir = await trx('water.reservoirs').where({ accountId, reservoirId }).first('reservoirId');
        throw reservoir ? failure('DEVICE_ALREADY_PAIRED', { device_id: deviceId }) : failure('RESOURCE_NOT_FOUND');
      }
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
      const { rows: ended } = await trx.raw<{ rows: { reservoirId: string }[] }>(endAttachment, [accountId, deviceId]);
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
