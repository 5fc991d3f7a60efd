import { failure } from '../../workflows/shared/failure.js';
import { boolean, bytes, integer, json, orNull, text } from '../connection/column.js';
import type { WriteScope } from '../connection/database.js';
import { query } from '../connection/query.js';
import { seal, unseal } from '../secrets/seal.js';

/** A key chosen by a client, with the request: the same key with another request is refused. */
export interface RequestKey {
  /** Such as `POST /v1/accounts/:account_id/sites`. */
  route: string;
  key: string;
  fingerprint: Buffer;
}
/** An answer as sent. */
interface KeptAnswer {
  status: number;
  headers: Record<string, string>;
  body: Buffer | null;
}

/** How long a key is remembered. */
export const keyLifetimeHours = 24;
const retryAfterSeconds = 1;

const answer = {
  status: integer,
  headers: json<Record<string, string>>(),
  body: orNull(bytes),
};

const keyTaking = query({
  name: 'requests.take_key',
  parameters: { route: text, key: text },
  row: { isFree: boolean, fingerprint: orNull(bytes), ...answer },
  text: `select k.is_free, k.fingerprint, k.status, k.headers, k.body
   from platform.take_key(:route, :key) k`,
});

const answerKeeping = query({
  name: 'requests.keep',
  parameters: { route: text, key: text, fingerprint: bytes, ...answer },
  row: { key: text },
  text: `
  insert into platform.idempotency_keys as k
    (account_id, route, key, fingerprint, status, headers, body, expires_at)
  values (platform.current_account_id(), :route, :key, :fingerprint, :status, :headers, :body,
    now() + interval '${keyLifetimeHours} hours')
  on conflict (account_id, route, key) do update
    set fingerprint = excluded.fingerprint, status = excluded.status,
      headers = excluded.headers, body = excluded.body, expires_at = excluded.expires_at
    where k.expires_at <= now()
  returning k.key`,
});

/** Answers stored by the client's key, sealed under `sealKey`. */
export const requestRecords = (scope: WriteScope, { sealKey }: { sealKey: Buffer }) => ({
  /**
   * Takes a key until the transaction ends. Returns the stored answer of the same request; refuses
   * a key used by another request, now or before.
   */
  async take({ route, key, fingerprint }: RequestKey): Promise<KeptAnswer | undefined> {
    const [taken] = await scope.run(keyTaking, { route, key });
    if (!taken?.isFree)
      throw failure('IDEMPOTENCY_IN_PROGRESS', { retry_after_seconds: retryAfterSeconds });
    if (!taken.fingerprint) return undefined;
    if (!taken.fingerprint.equals(fingerprint)) throw failure('IDEMPOTENCY_KEY_CONFLICT');
    const { status, headers, body } = taken;
    return { status, headers, body: body && unseal(body, sealKey) };
  },

  /** Stores an answer under a taken key, in the transaction of the answered change. */
  async keep(
    { route, key, fingerprint }: RequestKey,
    { status, headers, body }: KeptAnswer,
  ): Promise<void> {
    const kept = await scope.run(answerKeeping, {
      route,
      key,
      fingerprint,
      status,
      headers,
      body: body && seal(body, sealKey),
    });
    if (kept.length === 0) throw new Error('a key that was taken has an answer already');
  },
});
export type RequestRecords = ReturnType<typeof requestRecords>;
