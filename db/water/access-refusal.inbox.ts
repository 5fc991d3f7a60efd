import { statement, type Database } from '../shared/database.js';

/** What was refused at the gateway in one name and for one reason, since the last report. */
export interface AccessRefusal {
  refusalId: string;
  kind: 'device' | 'listener';
  /** The device's id, or the account's whose events were to be listened to. */
  subjectId: string;
  reason: string;
  count: number;
  firstAgoMs: number;
  lastAgoMs: number;
  /** Where the first of them came from. */
  address: string | null;
}

const takeRefusals = statement('refusals.take', 'select water.take_access_refusals($1::jsonb)');

/** As millrace_gateway, which finds out by no table whose these are. Repeating it stores nothing twice. */
export function createAccessRefusalInbox({ write }: Pick<Database, 'write'>) {
  return {
    /** Keeps those whose account is known, by whoever had a device when it happened. */
    async take(refusals: readonly AccessRefusal[]): Promise<void> {
      await write.inPlatform(takeRefusals, [JSON.stringify(refusals.map(rowOf))]);
    },
  };
}
export type AccessRefusalInbox = ReturnType<typeof createAccessRefusalInbox>;

const rowOf = ({ refusalId, kind, subjectId, reason, count, firstAgoMs, lastAgoMs, address }: AccessRefusal) => ({
  refusal_id: refusalId,
  kind,
  subject_id: subjectId,
  reason,
  count,
  first_ago_ms: firstAgoMs,
  last_ago_ms: lastAgoMs,
  address,
});
