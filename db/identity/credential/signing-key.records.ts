import { listOf, textOf, type Values } from '../../connection/column.js';
import { platformAccountId, type Database, type WriteScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';
import { unseal } from '../../secrets/seal.js';
import type { LiveKeyState } from '../../../workflows/identity/signing-key.rules.js';
import type { SigningKeyTimes } from '../../../workflows/identity/signing-key.rules.js';
import { sealedKey } from './signing-key.row.js';
import { signingKeyStore } from './signing-key.store.js';

const liveKey = { ...sealedKey, state: textOf<LiveKeyState>() };
type LiveKey = Values<typeof liveKey>;

export interface SigningKey extends Omit<LiveKey, 'privateJwkSealed'> {
  privateJwk: Record<string, unknown>;
}

const liveKeys = query({
  name: 'keys.signing',
  row: liveKey,
  text: `select ${listOf(liveKey, 'k')} from identity.signing_keys k
   where k.retired_at is null order by k.published_at, k.kid`,
});

/** The keys for signing processes; `sealKey` is 32 bytes in hex. */
export function createSigningKeyRecords({
  database,
  sealKey,
}: {
  database: Pick<Database, 'transaction'>;
  sealKey: string;
}) {
  const key = Buffer.from(sealKey, 'hex');
  const open = ({ privateJwkSealed, ...row }: LiveKey): SigningKey => ({
    ...row,
    privateJwk: JSON.parse(unseal(privateJwkSealed, key).toString()) as Record<string, unknown>,
  });
  return {
    /** The published keys; makes the first where there is none. All processes get the same. */
    loadOrCreate: (): Promise<SigningKey[]> =>
      database.transaction({ accountId: platformAccountId }, async (scope) => {
        const known = await scope.run(liveKeys, {});
        if (known.length > 0) return known.map(open);
        await signingKeyStore(scope, { sealKey: key, times: atOnce }).begin();
        return (await scope.run(liveKeys, {})).map(open);
      }),
  };
}

/** The first key waits for no time. */
const atOnce: SigningKeyTimes = { rotateMs: 0, publishMs: 0 };

export type SigningKeyRecords = ReturnType<typeof createSigningKeyRecords>;

/** A platform admin's change of keys. */
export const signingKeyRotationRecords = (
  scope: WriteScope,
  parts: Parameters<typeof signingKeyStore>[1],
) => {
  const store = signingKeyStore(scope, parts);
  return {
    /** Answers the id of the current key, or of the next. */
    rotate: ({ isCompromised }: { isCompromised: boolean }): Promise<string> =>
      isCompromised ? store.replaceAll() : store.rotate(),
  };
};
