import type { ResourceFinder } from '../../db/identity/member/grant.records.js';
import type { ResourceQueries } from './owner.js';

/** Finds resources of the domains that have any of the kind. */
export const createResourceFinder =
  (listResources: () => ResourceQueries): ResourceFinder =>
  async (scope, kind, id) => {
    const query = listResources()[kind];
    if (!query) return false;
    return (await scope.read(query, { accountId: scope.accountId, id })).length > 0;
  };
