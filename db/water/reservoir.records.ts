import { failure } from '../../workflows/shared/failure.js';
import type { NewReservoir, ReservoirPatch } from '../../workflows/water/reservoir.contract.js';
import {
  changedFields,
  changesMeasurement,
  editReservoir,
  newReservoir,
} from '../../workflows/water/reservoir-edit.rules.js';
import { databaseTimestamp } from '../shared/database-clock.js';
import type { Database, Transaction } from '../shared/database.js';
import { newId } from '../shared/id.js';
import { emitEvents } from '../shared/outbox.js';
import { deleteOne, inUse } from './in-use.records.js';
import { changeEvents } from './reservoir-change.records.js';
import { reservoirCreated, reservoirDeleted } from './reservoir.events.js';
import { ReservoirModel } from './reservoir.model.js';
import type { Editor } from './site.records.js';
import { SiteModel } from './site.model.js';

/** Each edit commits its row and its events together. */
export function createReservoirRecords(database: Database) {
  return {
    async create({ accountId, principalId }: Editor, given: NewReservoir): Promise<string> {
      const content = newReservoir(given);
      const reservoirId = newId();
      await database.inAccount(accountId, async (trx) => {
        await assertSite(trx, accountId, content.siteId);
        await ReservoirModel.query(trx).insert({ ...content, accountId, reservoirId });
        const payload = { reservoir_id: reservoirId, site_id: content.siteId };
        await emitEvents(trx, [
          reservoirCreated.of({ accountId, subjectId: reservoirId, actorPrincipalId: principalId, payload }),
        ]);
      });
      return reservoirId;
    },

    /** Refused when the reservoir is no longer at `version`. A change that changes nothing leaves version and events alone. */
    async update(
      { accountId, principalId }: Editor,
      reservoirId: string,
      version: number,
      patch: ReservoirPatch,
    ): Promise<void> {
      await database.inAccount(accountId, async (trx) => {
        const row = await ReservoirModel.query(trx).findById([accountId, reservoirId]).forNoKeyUpdate();
        if (!row) throw failure('RESOURCE_NOT_FOUND');
        if (row.version !== version) throw failure('PRECONDITION_FAILED', { current_etag: `"${row.version}"` });
        const before = row.toContent();
        const after = editReservoir(before, patch);
        const changed = changedFields(before, after);
        if (changed.length === 0) return;
        if (changed.includes('siteId')) await assertSite(trx, accountId, after.siteId);
        const geometryVersion = row.geometryVersion + (changesMeasurement(changed) ? 1 : 0);
        await ReservoirModel.query(trx)
          .findById([accountId, reservoirId])
          .patch({ ...after, geometryVersion, version: version + 1, updatedAt: databaseTimestamp() });
        const of = { accountId, subjectId: reservoirId, actorPrincipalId: principalId };
        await emitEvents(trx, changeEvents(of, { ...after, geometryVersion }, changed));
      });
    },

    /** Refused while a device is attached to it, and for ever once an order names it. Its readings go with it. */
    async delete({ accountId, principalId }: Editor, reservoirId: string): Promise<void> {
      await database.inAccount(accountId, async (trx) => {
        // In the order in which recording readings locks them: level, then reservoir.
        await trx('water.reservoir_levels').where({ accountId, reservoirId }).select('reservoirId').forUpdate();
        const row = await ReservoirModel.query(trx).findById([accountId, reservoirId]).forUpdate();
        if (!row) throw failure('RESOURCE_NOT_FOUND');
        const refusal = inUse('RESERVOIR_IN_USE', `reservoir/${reservoirId}`);
        const attached = await trx('water.device_attachments')
          .where({ accountId, reservoirId })
          .whereNull('detachedAt')
          .first(trx.raw('1'));
        if (attached) throw refusal;
        await deleteOne(ReservoirModel.query(trx).deleteById([accountId, reservoirId]), refusal);
        const payload = { reservoir_id: reservoirId, site_id: row.siteId };
        await emitEvents(trx, [
          reservoirDeleted.of({ accountId, subjectId: reservoirId, actorPrincipalId: principalId, payload }),
        ]);
      });
    },
  };
}
export type ReservoirRecords = ReturnType<typeof createReservoirRecords>;

/** Another account's site is as unknown as one that never was. The share lock keeps it from being deleted meanwhile. */
async function assertSite(trx: Transaction, accountId: string, siteId: string): Promise<void> {
  const site = await SiteModel.query(trx).findById([accountId, siteId]).forKeyShare();
  if (!site) throw failure('RESOURCE_NOT_FOUND', { resource: 'site' });
}
