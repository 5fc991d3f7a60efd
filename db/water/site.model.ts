import type { SiteType } from '../../workflows/water/site.contract.js';
import { BaseModel } from '../shared/base-model.js';

/** A row of water.sites. */
export class SiteModel extends BaseModel {
  static override tableName = 'water.sites';
  static override idColumn = ['accountId', 'siteId'];

  accountId!: string;
  siteId!: string;
  name!: string;
  siteType!: SiteType;
  lat!: number | null;
  lng!: number | null;
  address!: string | null;
  zoneId!: string | null;
  version!: number;
  createdAt!: string;
  updatedAt!: string;
}
