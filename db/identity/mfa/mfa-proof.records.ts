import { stepsAt } from '../../../workflows/identity/mfa/mfa.rules.js';
import { failure } from '../../../workflows/shared/failure.js';
import { bigInteger, bytes, uuid } from '../../connection/column.js';
import { databaseNow } from '../../connection/database-clock.js';
import type { WriteScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';
import { createRecoveryCodes, type RecoveryCodes } from '../../secrets/recovery-codes.js';
import { createTotpSecrets, type TotpSecrets } from '../../secrets/totp-secrets.js';
import { forgiveMfaTry } from './mfa-try.records.js';
import { useRecoveryCode } from './recovery-code.records.js';

/** What a person shows as the second factor. */
export type SecondFactor = { code: string } | { recoveryCode: string };

interface MfaSecrets {
  totp: TotpSecrets;
  recovery: RecoveryCodes;
}

const confirmedFactor = query({
  name: 'mfaProof.factor',
  parameters: { userId: uuid },
  row: { factorId: uuid, secretSealed: bytes },
  text: `select f.factor_id, f.secret_sealed from identity.mfa_factors f
   where f.user_id = :userId and f.confirmed_at is not null`,
});

/** `key` is 32 bytes in hex. */
export const createMfaSecrets = (key: string): MfaSecrets => ({
  totp: createTotpSecrets(key),
  recovery: createRecoveryCodes(key),
});

/** Two proofs at once wait at the row, and the second proof finds the step used. */
const stepUse = query({
  name: 'mfaProof.useStep',
  parameters: { factorId: uuid, step: bigInteger },
  row: { factorId: uuid },
  text: `update identity.mfa_factors set last_step = :step
   where factor_id = :factorId and last_step < :step returning factor_id`,
});

/**
 * Uses up the second factor shown, whose try was counted before: a time step and a recovery code
 * serve once, also at the same moment. Throws INVALID_MFA_CODE for anything else.
 */
export async function proveSecondFactor(
  scope: WriteScope,
  { userId, proof, secrets }: { userId: string; proof: SecondFactor; secrets: MfaSecrets },
): Promise<void> {
  const isProved =
    'code' in proof
      ? await hasUsedStep(scope, { userId, code: proof.code, totp: secrets.totp })
      : await useRecoveryCode(scope, userId, secrets.recovery.hash(userId, proof.recoveryCode));
  if (!isProved) throw failure('INVALID_MFA_CODE');
  await forgiveMfaTry(scope, userId);
}

async function hasUsedStep(
  scope: WriteScope,
  { userId, code, totp }: { userId: string; code: string; totp: TotpSecrets },
): Promise<boolean> {
  const [factor] = await scope.run(confirmedFactor, { userId });
  if (!factor) return false;
  const { factorId } = factor;
  for (const step of totp.fittingSteps(factor, code, stepsAt(databaseNow())))
    if ((await scope.run(stepUse, { factorId, step })).length > 0) return true;
  return false;
}
