import type { SiteType } from '../../workflows/water/site.contract.js';
import {
  builtJson,
  integer,
  orNull,
  text,
  textOf,
  timestamp,
  uuid,
  type Values,
} from '../connection/column.js';
import type { ReadScope } from '../connection/database.js';
import { query } from '../connection/query.js';

/** A site for clients. */
const siteView = {
  site_id: uuid,
  owner_principal_id: uuid,
  name: text,
  site_type: textOf<SiteType>(),
  location: orNull(builtJson<{ lat: number; lng: number }>()),
  address: orNull(text),
  zone_id: orNull(uuid),
  etag: text,
  created_at: timestamp,
  updated_at: timestamp,
};
type SiteView = Values<typeof siteView>;

const columns = `s.site_id, s.account_id as owner_principal_id, s.name, s.site_type,
  case when s.lat is not null then json_build_object('lat', s.lat, 'lng', s.lng) end as location,
  s.address, s.zone_id, format('"%s"', s.version) as etag, s.created_at, s.updated_at`;

const siteById = query({
  name: 'site.byId',
  parameters: { accountId: uuid, siteId: uuid },
  row: siteView,
  text: `select ${columns} from water.sites s where s.account_id = :accountId and s.site_id = :siteId`,
});

const sitePage = query({
  name: 'site.list',
  parameters: { accountId: uuid, after: orNull(uuid), limit: integer },
  row: siteView,
  text: `select ${columns} from water.sites s
   where s.account_id = :accountId and (:after is null or s.site_id > :after) order by s.site_id limit :limit`,
});

/** Asked in each of the caller's accounts, to find the account of a site. */
export const locateSite = query({
  name: 'site.locate',
  parameters: { accountId: uuid, id: uuid },
  text: 'select from water.sites s where s.account_id = :accountId and s.site_id = :id',
});

export const siteViews = (scope: ReadScope) => ({
  async byId(siteId: string): Promise<SiteView | undefined> {
    const [site] = await scope.read(siteById, { accountId: scope.accountId, siteId });
    return site;
  },
  /** In creation order, from after a site id. */
  page: (after: string | null, limit: number): Promise<SiteView[]> =>
    scope.read(sitePage, { accountId: scope.accountId, after, limit }),
});
