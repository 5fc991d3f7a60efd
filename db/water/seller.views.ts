import type { SellerAvailability, SellerStatus } from '../../workflows/water/seller.contract.js';
import {
  builtJson,
  float,
  integer,
  listOf,
  orNull,
  text,
  textOf,
  timestamp,
  uuid,
  type Values,
} from '../connection/column.js';
import type { ReadScope } from '../connection/database.js';
import { query } from '../connection/query.js';
import { availableLiters } from './stock.views.js';

const profileView = {
  seller_principal_id: uuid,
  status: textOf<SellerStatus>(),
  display_name: text,
  verification_status: textOf<'UNVERIFIED' | 'VERIFIED'>(),
  average_rating: orNull(float),
  review_count: integer,
  created_at: timestamp,
  updated_at: timestamp,
};
type SellerProfileView = Values<typeof profileView>;

const profileColumns = listOf(profileView, 'p', {
  seller_principal_id: 'p.account_id',
  average_rating: 'round(p.rating_sum::numeric / nullif(p.review_count, 0), 2)::float8',
});
const profileOfSeller = query({
  name: 'seller.profile',
  parameters: { accountId: uuid },
  row: profileView,
  text: `select ${profileColumns} from water.seller_profiles p where p.account_id = :accountId`,
});

const sellerReservoirView = {
  seller_reservoir_id: uuid,
  name: text,
  seller_availability_status: textOf<SellerAvailability>(),
  location: orNull(builtJson<{ lat: number; lng: number }>()),
  available_liters: float,
};
type SellerReservoirView = Values<typeof sellerReservoirView>;

const sellerReservoirColumns = listOf(sellerReservoirView, 'r', {
  seller_reservoir_id: 'r.reservoir_id',
  seller_availability_status: "coalesce(s.seller_availability_status, 'UNAVAILABLE')",
  location: "case when r.lat is not null then json_build_object('lat', r.lat, 'lng', r.lng) end",
  available_liters: availableLiters,
});
// Every reservoir of the account: never offered is as unavailable as taken back.
const sellerReservoirs = `
  select ${sellerReservoirColumns}
  from water.reservoirs r
  left join water.seller_reservoirs s on s.account_id = r.account_id and s.reservoir_id = r.reservoir_id
  left join water.reservoir_levels l on l.account_id = r.account_id and l.reservoir_id = r.reservoir_id
  where r.account_id = :accountId`;

const sellerReservoirById = query({
  name: 'seller.reservoir',
  parameters: { accountId: uuid, reservoirId: uuid },
  row: sellerReservoirView,
  text: `${sellerReservoirs} and r.reservoir_id = :reservoirId`,
});
const sellerReservoirPage = query({
  name: 'seller.reservoirs',
  parameters: { accountId: uuid, after: orNull(uuid), limit: integer },
  row: sellerReservoirView,
  text: `${sellerReservoirs} and (:after is null or r.reservoir_id > :after) order by r.reservoir_id limit :limit`,
});

export const sellerViews = (scope: ReadScope) => ({
  async profile(): Promise<SellerProfileView | undefined> {
    const [profile] = await scope.read(profileOfSeller, { accountId: scope.accountId });
    return profile;
  },
  async reservoir(reservoirId: string): Promise<SellerReservoirView | undefined> {
    const { accountId } = scope;
    const [reservoir] = await scope.read(sellerReservoirById, { accountId, reservoirId });
    return reservoir;
  },
  /** In creation order, from after a reservoir id. */
  page: (after: string | null, limit: number): Promise<SellerReservoirView[]> =>
    scope.read(sellerReservoirPage, { accountId: scope.accountId, after, limit }),
});
