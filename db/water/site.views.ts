import type { SiteType } from '../../workflows/water/site.contract.js';
import { statement, type Reader } from '../shared/database.js';

/** A site as clients see it. */
export interface SiteView {
  site_id: string;
  owner_principal_id: string;
  name: string;
  site_type: SiteType;
  location: { lat: number; lng: number } | null;
  address: string | null;
  zone_id: string | null;
  etag: string;
  created_at: string;
  updated_at: string;
}

const columns = `s.site_id, s.account_id as owner_principal_id, s.name, s.site_type,
  case when s.lat is not null then json_build_object('lat', s.lat, 'lng', s.lng) end as location,
  s.address, s.zone_id, format('"%s"', s.version) as etag, s.created_at, s.updated_at`;

const byId = statement('site.byId', `select ${columns} from water.sites s where s.account_id = $1 and s.site_id = $2`);
const list = statement(
  'site.list',
  `select ${columns} from water.sites s
   where s.account_id = $1 and ($2::uuid is null or s.site_id > $2) order by s.site_id limit $3`,
);

/** Which account a site belongs to is asked of each of the caller's: `[account id, site id]`. */
export const locateSite = statement(
  'site.locate',
  'select 1 from water.sites s where s.account_id = $1 and s.site_id = $2',
);

export function createSiteViews(read: Reader) {
  return {
    async byId(accountId: string, siteId: string): Promise<SiteView | undefined> {
      return (await read.inAccount<SiteView>(accountId, byId, [accountId, siteId]))[0];
    },
    /** In the order of their making, from after a site id. */
    list: (accountId: string, after: string | null, limit: number): Promise<SiteView[]> =>
      read.inAccount<SiteView>(accountId, list, [accountId, after, limit]),
  };
}
export type SiteViews = ReturnType<typeof createSiteViews>;
