import type { SellerAvailability, SellerStatus } from '../../workflows/water/seller.contract.js';
import { statement, type Reader } from '../shared/database.js';
import { availableLiters } from './stock.views.js';

export interface SellerProfileRow {
  seller_principal_id: string;
  status: SellerStatus;
  display_name: string;
  verification_status: 'UNVERIFIED' | 'VERIFIED';
  average_rating: number | null;
  review_count: number;
  created_at: string;
  updated_at: string;
}
export interface SellerReservoirRow {
  seller_reservoir_id: string;
  name: string;
  seller_availability_status: SellerAvailability;
  location: { lat: number; lng: number } | null;
  available_liters: number;
}

const profile = statement(
  'seller.profile',
  `select account_id as seller_principal_id, status, display_name, verification_status,
     round(rating_sum::numeric / nullif(review_count, 0), 2)::float8 as average_rating, review_count, created_at, updated_at
   from water.seller_profiles where account_id = $1`,
);

// Every reservoir of the account: one that was never offered is as unavailable as one that was taken back.
const reservoirs = (where: string) => `
  select r.reservoir_id as seller_reservoir_id, r.name,
    coalesce(s.seller_availability_status, 'UNAVAILABLE') as seller_availability_status,
    case when r.lat is not null then json_build_object('lat', r.lat, 'lng', r.lng) end as location,
    ${availableLiters} as available_liters
  from water.reservoirs r
  left join water.seller_reservoirs s on s.account_id = r.account_id and s.reservoir_id = r.reservoir_id
  left join water.reservoir_levels l on l.account_id = r.account_id and l.reservoir_id = r.reservoir_id
  where r.account_id = $1 and ${where}`;
const reservoir = statement('seller.reservoir', reservoirs('r.reservoir_id = $2'));
const reservoirPage = statement(
  'seller.reservoirs',
  reservoirs('($2::uuid is null or r.reservoir_id > $2) order by r.reservoir_id limit $3'),
);

export function createSellerViews(read: Reader) {
  return {
    async profile(accountId: string): Promise<SellerProfileRow | undefined> {
      const [row] = await read.inAccount<SellerProfileRow>(accountId, profile, [accountId]);
      return row;
    },
    async reservoir(accountId: string, reservoirId: string): Promise<SellerReservoirRow | undefined> {
      const [row] = await read.inAccount<SellerReservoirRow>(accountId, reservoir, [accountId, reservoirId]);
      return row;
    },
    reservoirs: (accountId: string, after: string | null, limit: number) =>
      read.inAccount<SellerReservoirRow>(accountId, reservoirPage, [accountId, after, limit]),
  };
}
export type SellerViews = ReturnType<typeof createSellerViews>;
