import type { SellerAvailability, SellerStatus } from '../../workflows/water/seller.contract.js';
import { failure } from '../../workflows/shared/failure.js';
import type { Database } from '../shared/database.js';
import { emitEvents } from '../shared/outbox.js';
import { sellerProfileCreated, sellerProfileUpdated, sellerReservoirUpdated } from './seller.events.js';
import type { Editor } from './site.records.js';

export interface SellerProfilePatch {
  status?: SellerStatus | undefined;
  displayName?: string | undefined;
}

/** Each edit commits its row and its event together. */
export function createSellerRecords(database: Database) {
  return {
    async createProfile({ accountId, principalId }: Editor, profile: Required<SellerProfilePatch>): Promise<void> {
      await database.inAccount(accountId, async (trx) => {
        const created = await trx('water.sellerProfiles')
          .insert({ accountId, ...profile })
          .onConflict('accountId')
          .ignore()
          .returning<{ status: SellerStatus }[]>('status');
        const [row] = created;
        if (!row) throw failure('SELLER_PROFILE_EXISTS');
        await emitEvents(trx, [sellerProfileCreated.of(profileEvent(accountId, principalId, row.status))]);
      });
    },

    async updateProfile({ accountId, principalId }: Editor, patch: SellerProfilePatch): Promise<void> {
      await database.inAccount(accountId, async (trx) => {
        const [row] = await trx('water.sellerProfiles')
          .where({ accountId })
          .update({ ...patch, version: trx.raw('version + 1'), updatedAt: trx.fn.now() })
          .returning<{ status: SellerStatus }[]>('status');
        if (!row) throw failure('RESOURCE_NOT_FOUND');
        await emitEvents(trx, [sellerProfileUpdated.of(profileEvent(accountId, principalId, row.status))]);
      });
    },

    /** Offers a reservoir of the account, or takes it back; the same again changes nothing and emits nothing. */
    async setAvailability(editor: Editor, reservoirId: string, availability: SellerAvailability): Promise<void> {
      const { accountId, principalId } = editor;
      await database.inAccount(accountId, async (trx) => {
        const owned = await trx('water.reservoirs').where({ accountId, reservoirId }).first('reservoirId');
        if (!owned) throw failure('RESOURCE_NOT_FOUND');
        const changed = await trx.raw<{ rowCount: number }>(setAvailability, { accountId, reservoirId, availability });
        if (changed.rowCount === 0) return;
        const payload = { reservoir_id: reservoirId, seller_availability_status: availability };
        await emitEvents(trx, [
          sellerReservoirUpdated.of({ accountId, subjectId: reservoirId, actorPrincipalId: principalId, payload }),
        ]);
      });
    },
  };
}
export type SellerRecords = ReturnType<typeof createSellerRecords>;

const setAvailability = `
  insert into water.seller_reservoirs as s (account_id, reservoir_id, seller_availability_status)
  values (:accountId, :reservoirId, :availability)
  on conflict (account_id, reservoir_id) do update
    set seller_availability_status = excluded.seller_availability_status, version = s.version + 1, updated_at = now()
    where s.seller_availability_status <> excluded.seller_availability_status`;

const profileEvent = (accountId: string, actorPrincipalId: string, status: SellerStatus) => ({
  accountId,
  subjectId: accountId,
  actorPrincipalId,
  payload: { status },
});
