import { failure } from '../../workflows/shared/failure.js';
import type { SiteType } from '../../workflows/water/site.contract.js';
import { databaseTimestamp } from '../shared/database-clock.js';
import type { Database } from '../shared/database.js';
import { newId } from '../shared/id.js';
import { emitEvents } from '../shared/outbox.js';
import { deleteOne, inUse } from './in-use.records.js';
import { siteCreated, siteDeleted, siteUpdated } from './site.events.js';
import { SiteModel } from './site.model.js';

/** What its owner may change; what is left out stays. */
export interface SitePatch {
  name?: string | undefined;
  siteType?: SiteType | undefined;
  lat?: number | null | undefined;
  lng?: number | null | undefined;
  address?: string | null | undefined;
  zoneId?: string | null | undefined;
}
export type NewSite = SitePatch & { name: string };

/** Who edits, for which account. */
export interface Editor {
  accountId: string;
  principalId: string;
}

/** Each edit commits its row and its event together. */
export function createSiteRecords(database: Database) {
  return {
    async create({ accountId, principalId }: Editor, site: NewSite): Promise<string> {
      const siteId = newId();
      await database.inAccount(accountId, async (trx) => {
        await SiteModel.query(trx).insert({ siteType: 'OTHER', ...given(site), accountId, siteId });
        await emitEvents(trx, [siteCreated.of(event(accountId, siteId, principalId))]);
      });
      return siteId;
    },

    /** Refused when the site is no longer at `version`. */
    async update({ accountId, principalId }: Editor, siteId: string, version: number, patch: SitePatch): Promise<void> {
      await database.inAccount(accountId, async (trx) => {
        const site = await SiteModel.query(trx).findById([accountId, siteId]).forNoKeyUpdate();
        if (!site) throw failure('RESOURCE_NOT_FOUND');
        if (site.version !== version) throw failure('PRECONDITION_FAILED', { current_etag: `"${site.version}"` });
        await SiteModel.query(trx)
          .findById([accountId, siteId])
          .patch({ ...given(patch), version: version + 1, updatedAt: databaseTimestamp() });
        await emitEvents(trx, [siteUpdated.of(event(accountId, siteId, principalId))]);
      });
    },

    async delete({ accountId, principalId }: Editor, siteId: string): Promise<void> {
      await database.inAccount(accountId, async (trx) => {
        await deleteOne(SiteModel.query(trx).deleteById([accountId, siteId]), inUse('SITE_IN_USE', `site/${siteId}`));
        await emitEvents(trx, [siteDeleted.of(event(accountId, siteId, principalId))]);
      });
    },
  };
}
export type SiteRecords = ReturnType<typeof createSiteRecords>;

const event = (accountId: string, siteId: string, actorPrincipalId: string) => ({
  accountId,
  subjectId: siteId,
  actorPrincipalId,
  payload: { site_id: siteId },
});

const given = <T extends object>(fields: T): T =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
