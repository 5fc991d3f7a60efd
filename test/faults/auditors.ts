import { setTimeout as sleep } from 'node:timers/promises';
import type { Actor } from '../support/people/actors.js';
import { createRawClient } from '../support/http/http.js';

/**
 * Owners who have audit logs exported, one export after the other; each is an event, a workflow and
 * three objects.
 */
interface Auditors {
  /** Until `isOver`; a missing answer is asked for again. */
  audit(url: string, owners: readonly Actor[], isOver: () => boolean): Promise<void>;
  /** Exports with an answered request. */
  exports: ReadonlySet<string>;
}

/** While an export is on the way, a request answers the same export again. */
const pauseMs = 500;

export function createAuditors(): Auditors {
  const exports = new Set<string>();
  async function run(url: string, owner: Actor, isOver: () => boolean): Promise<void> {
    const call = createRawClient(url);
    while (!isOver()) {
      // Read anew each time: the owner signs in again meanwhile.
      const { accountId, token } = owner;
      const asked = await call('post', `/v1/accounts/${accountId}/audit/exports`, { token }).catch(
        () => undefined,
      );
      if (asked?.status === 202) exports.add(String(Object(asked.body).export_id));
      await sleep(pauseMs);
    }
  }
  return {
    audit: async (url, owners, isOver) =>
      void (await Promise.all(owners.map((owner) => run(url, owner, isOver)))),
    exports,
  };
}
