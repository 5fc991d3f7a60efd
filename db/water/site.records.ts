import type { SiteType } from '../../workflows/water/site.contract.js';
import { databaseTimestamp } from '../connection/database-clock.js';
import type { WriteScope } from '../connection/database.js';
import { newId } from '../shared/id.js';
import { emitEvents } from '../shared/outbox.js';
import { atVersion } from '../shared/version.js';
import { deleteOne, inUse } from './in-use.records.js';
import { siteCreated, siteDeleted, siteUpdated } from './site.events.js';
import { SiteModel } from './site.model.js';

/** The owner's changes; fields left out stay. */
export interface SitePatch {
  name?: string | undefined;
  siteType?: SiteType | undefined;
  lat?: number | null | undefined;
  lng?: number | null | undefined;
  address?: string | null | undefined;
  zoneId?: string | null | undefined;
}
type NewSite = SitePatch & { name: string };

/** Each edit commits row and event together. */
export function siteRecords(scope: WriteScope) {
  const { accountId, principalId, transaction } = scope;
  const told = (siteId: string) => ({
    accountId,
    subjectId: siteId,
    actorPrincipalId: principalId,
    payload: { site_id: siteId },
  });

  return {
    async create(site: NewSite): Promise<string> {
      const siteId = newId();
      await SiteModel.query(transaction).insert({
        siteType: 'OTHER',
        ...given(site),
        accountId,
        siteId,
      });
      await emitEvents(scope, [siteCreated.of(told(siteId))]);
      return siteId;
    },

    /** Refused when the site is no longer at `version`. */
    async update(siteId: string, version: number, patch: SitePatch): Promise<void> {
      atVersion(
        await SiteModel.query(transaction).findById([accountId, siteId]).forNoKeyUpdate(),
        version,
      );
      await SiteModel.query(transaction)
        .findById([accountId, siteId])
        .patch({ ...given(patch), version: version + 1, updatedAt: databaseTimestamp() });
      await emitEvents(scope, [siteUpdated.of(told(siteId))]);
    },

    async delete(siteId: string): Promise<void> {
      const deletion = SiteModel.query(transaction).deleteById([accountId, siteId]);
      await deleteOne(deletion, inUse('SITE_IN_USE', `site/${siteId}`));
      await emitEvents(scope, [siteDeleted.of(told(siteId))]);
    },
  };
}

const given = <T extends object>(fields: T): T =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
