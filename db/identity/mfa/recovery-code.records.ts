import { recoveryCodeCount } from '../../../workflows/identity/mfa/mfa.rules.js';
import { arrayOf, bytes, uuid } from '../../connection/column.js';
import type { WriteScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';
import type { RecoveryCodes } from '../../secrets/recovery-codes.js';

const codesEnd = query({
  name: 'recoveryCode.endAll',
  parameters: { userId: uuid },
  text: 'delete from identity.recovery_codes where user_id = :userId',
});

const newCodes = query({
  name: 'recoveryCode.add',
  parameters: { userId: uuid, codeHashes: arrayOf(bytes) },
  text: `insert into identity.recovery_codes (user_id, code_hash)
   select :userId, c.code_hash from unnest(:codeHashes) as c(code_hash)`,
});

const codeUse = query({
  name: 'recoveryCode.use',
  parameters: { userId: uuid, codeHash: bytes },
  row: { userId: uuid },
  text: `delete from identity.recovery_codes where user_id = :userId and code_hash = :codeHash
   returning user_id`,
});

/** Makes a user's recovery codes, in place of all earlier codes; nothing else ever shows them. */
export async function renewRecoveryCodes(
  scope: WriteScope,
  userId: string,
  codes: RecoveryCodes,
): Promise<string[]> {
  const texts = new Set<string>();
  while (texts.size < recoveryCodeCount) texts.add(codes.make());
  const codeHashes = [...texts].map((text) => codes.hash(userId, text));
  await scope.run(codesEnd, { userId });
  await scope.run(newCodes, { userId, codeHashes });
  return [...texts];
}

export const endRecoveryCodes = (scope: WriteScope, userId: string) =>
  scope.run(codesEnd, { userId });

/** Uses a code up; of uses at once, a single use is true. */
export async function useRecoveryCode(
  scope: WriteScope,
  userId: string,
  codeHash: Buffer,
): Promise<boolean> {
  return (await scope.run(codeUse, { userId, codeHash })).length > 0;
}
