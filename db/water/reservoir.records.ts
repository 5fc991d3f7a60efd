import { failure } from '../../workflows/shared/failure.js';
import type { NewReservoir, ReservoirPatch } from '../../workflows/water/reservoir.contract.js';
import {
  changedFields,
  changesMeasurement,
  editReservoir,
  newReservoir,
} from '../../workflows/water/reservoir-edit.rules.js';
import { databaseTimestamp } from '../connection/database-clock.js';
import { uuid } from '../connection/column.js';
import type { WriteScope } from '../connection/database.js';
import { query } from '../connection/query.js';
import { newId } from '../shared/id.js';
import { emitEvents } from '../shared/outbox.js';
import { atVersion } from '../shared/version.js';
import { deleteOne, inUse } from './in-use.records.js';
import { changeEvents } from './reservoir-change.records.js';
import { reservoirCreated, reservoirDeleted } from './reservoir.events.js';
import { ReservoirModel } from './reservoir.model.js';
import { SiteModel } from './site.model.js';

/** Readings lock the level first and the reservoir after: so does the deletion. */
const lockedLevel = query({
  name: 'reservoirs.lock_level',
  parameters: { accountId: uuid, reservoirId: uuid },
  text: `select from water.reservoir_levels l
   where l.account_id = :accountId and l.reservoir_id = :reservoirId for update`,
});
const presentAttachment = query({
  name: 'reservoirs.attachment',
  parameters: { accountId: uuid, reservoirId: uuid },
  text: `select from devices.device_attachments a
   where a.account_id = :accountId and a.thing_id = :reservoirId and a.detached_at is null limit 1`,
});

/** Each edit commits row and event together. */
export function reservoirRecords(scope: WriteScope) {
  const { accountId, principalId, transaction } = scope;
  const about = (reservoirId: string) => ({
    accountId,
    subjectId: reservoirId,
    actorPrincipalId: principalId,
  });

  /**
   * Another account's site is refused as missing. The share lock prevents the deletion meanwhile.
   */
  async function assertSite(siteId: string): Promise<void> {
    const site = await SiteModel.query(transaction).findById([accountId, siteId]).forKeyShare();
    if (!site) throw failure('RESOURCE_NOT_FOUND', { resource: 'site' });
  }

  return {
    async create(given: NewReservoir): Promise<string> {
      const content = newReservoir(given);
      const reservoirId = newId();
      await assertSite(content.siteId);
      await ReservoirModel.query(transaction).insert({ ...content, accountId, reservoirId });
      const payload = { reservoir_id: reservoirId, site_id: content.siteId };
      await emitEvents(scope, [reservoirCreated.of({ ...about(reservoirId), payload })]);
      return reservoirId;
    },

    /**
     * Refused when the reservoir is no longer at `version`. An edit without a change leaves version
     * and events alone.
     */
    async update(reservoirId: string, version: number, patch: ReservoirPatch): Promise<void> {
      const row = atVersion(
        await ReservoirModel.query(transaction).findById([accountId, reservoirId]).forNoKeyUpdate(),
        version,
      );
      const before = row.toContent();
      const after = editReservoir(before, patch);
      const changed = changedFields(before, after);
      if (changed.length === 0) return;
      if (changed.includes('siteId')) await assertSite(after.siteId);
      const geometryVersion = row.geometryVersion + (changesMeasurement(changed) ? 1 : 0);
      await ReservoirModel.query(transaction)
        .findById([accountId, reservoirId])
        .patch({
          ...after,
          geometryVersion,
          version: version + 1,
          updatedAt: databaseTimestamp(),
        });
      await emitEvents(
        scope,
        changeEvents(about(reservoirId), { ...after, geometryVersion }, changed),
      );
    },

    /**
     * Refused while a device is attached, and for ever once an order names the reservoir. The
     * readings are deleted too.
     */
    async delete(reservoirId: string): Promise<void> {
      await scope.run(lockedLevel, { accountId, reservoirId });
      const row = await ReservoirModel.query(transaction)
        .findById([accountId, reservoirId])
        .forUpdate();
      if (!row) throw failure('RESOURCE_NOT_FOUND');
      const refusal = inUse('RESERVOIR_IN_USE', `reservoir/${reservoirId}`);
      const attachments = await scope.read(presentAttachment, { accountId, reservoirId });
      if (attachments.length > 0) throw refusal;
      const deletion = ReservoirModel.query(transaction).deleteById([accountId, reservoirId]);
      await deleteOne(deletion, refusal);
      const payload = { reservoir_id: reservoirId, site_id: row.siteId };
      await emitEvents(scope, [reservoirDeleted.of({ ...about(reservoirId), payload })]);
    },
  };
}
