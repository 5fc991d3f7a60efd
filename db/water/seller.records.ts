import type { SellerAvailability, SellerStatus } from '../../workflows/water/seller.contract.js';
import { failure } from '../../workflows/shared/failure.js';
import { orNull, text, textOf, uuid, type Values } from '../connection/column.js';
import type { WriteScope } from '../connection/database.js';
import { query } from '../connection/query.js';
import { change, emitEvents, runChange } from '../shared/outbox.js';
import { ReservoirModel } from './reservoir.model.js';
import {
  sellerProfileCreated,
  sellerProfileUpdated,
  sellerReservoirUpdated,
} from './seller.events.js';

const newProfile = { accountId: uuid, status: textOf<SellerStatus>(), displayName: text };
type NewSellerProfile = Omit<Values<typeof newProfile>, 'accountId'>;
/** Fields left out stay. */
interface SellerProfilePatch {
  status?: SellerStatus | undefined;
  displayName?: string | undefined;
}

const createProfile = change({
  name: 'sellers.create_profile',
  parameters: newProfile,
  row: { status: textOf<SellerStatus>() },
  text: `insert into water.seller_profiles (account_id, status, display_name)
   values (:accountId, :status, :displayName) on conflict (account_id) do nothing returning status`,
});

const updateProfile = query({
  name: 'sellers.update_profile',
  parameters: {
    accountId: uuid,
    status: orNull(textOf<SellerStatus>()),
    displayName: orNull(text),
  },
  row: { status: textOf<SellerStatus>() },
  text: `update water.seller_profiles p set status = coalesce(:status, p.status),
     display_name = coalesce(:displayName, p.display_name), version = p.version + 1, updated_at = now()
   where p.account_id = :accountId returning p.status`,
});

const setAvailability = change({
  name: 'sellers.set_availability',
  parameters: {
    accountId: uuid,
    reservoirId: uuid,
    availability: textOf<SellerAvailability>(),
  },
  row: { reservoirId: uuid },
  text: `insert into water.seller_reservoirs as s (account_id, reservoir_id, seller_availability_status)
   values (:accountId, :reservoirId, :availability)
   on conflict (account_id, reservoir_id) do update
     set seller_availability_status = excluded.seller_availability_status, version = s.version + 1, updated_at = now()
     where s.seller_availability_status <> excluded.seller_availability_status
   returning s.reservoir_id`,
});

/** Each edit commits row and event together. */
export function sellerRecords(scope: WriteScope) {
  const { accountId, principalId, transaction } = scope;
  const about = (subjectId: string) => ({ accountId, subjectId, actorPrincipalId: principalId });

  return {
    async createProfile(profile: NewSellerProfile): Promise<void> {
      const { status } = profile;
      const created = sellerProfileCreated.of({ ...about(accountId), payload: { status } });
      const rows = await runChange(scope, createProfile, { ...profile, accountId }, [created]);
      if (rows.length === 0) throw failure('SELLER_PROFILE_EXISTS');
    },

    async updateProfile({ status, displayName }: SellerProfilePatch): Promise<void> {
      const [row] = await scope.run(updateProfile, {
        accountId,
        status: status ?? null,
        displayName: displayName ?? null,
      });
      if (!row) throw failure('RESOURCE_NOT_FOUND');
      await emitEvents(scope, [
        sellerProfileUpdated.of({ ...about(accountId), payload: { status: row.status } }),
      ]);
    },

    /**
     * Offers a reservoir of the account, or takes the offer back; the same again changes nothing
     * and emits nothing.
     */
    async setAvailability(reservoirId: string, availability: SellerAvailability): Promise<void> {
      const owned = await ReservoirModel.query(transaction).findById([accountId, reservoirId]);
      if (!owned) throw failure('RESOURCE_NOT_FOUND');
      const payload = { reservoir_id: reservoirId, seller_availability_status: availability };
      await runChange(scope, setAvailability, { accountId, reservoirId, availability }, [
        sellerReservoirUpdated.of({ ...about(reservoirId), payload }),
      ]);
    },
  };
}
