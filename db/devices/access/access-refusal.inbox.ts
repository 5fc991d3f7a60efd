import { json } from '../../connection/column.js';
import type { StatementScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';

/** The gateway's refusals in one name and for one reason, since the last report. */
export interface AccessRefusal {
  refusalId: string;
  kind: 'device' | 'listener';
  /** The device's id, or the id of the account with the wanted events. */
  subjectId: string;
  reason: string;
  count: number;
  firstAgoMs: number;
  lastAgoMs: number;
  /** Address of the first refusal. */
  address: string | null;
}

const takeRefusals = query({
  name: 'refusals.take',
  parameters: { refusals: json<readonly object[]>() },
  text: 'select from devices.take_access_refusals(:refusals)',
});

/**
 * As millrace_gateway, a role without a table to look up the account. A repeat stores nothing
 * twice.
 */
export const accessRefusalInbox = (scope: StatementScope) => ({
  /**
   * Keeps the refusals of known accounts: the account of the device at the time of the refusal.
   */
  async take(refusals: readonly AccessRefusal[]): Promise<void> {
    await scope.run(takeRefusals, { refusals: refusals.map(rowOf) });
  },
});
export type AccessRefusalInbox = ReturnType<typeof accessRefusalInbox>;

const rowOf = ({
  refusalId,
  kind,
  subjectId,
  reason,
  count,
  firstAgoMs,
  lastAgoMs,
  address,
}: AccessRefusal) => ({
  refusal_id: refusalId,
  kind,
  subject_id: subjectId,
  reason,
  count,
  first_ago_ms: firstAgoMs,
  last_ago_ms: lastAgoMs,
  address,
});
