import { createHash, randomBytes } from 'node:crypto';
import { ssoCodeSeconds, ssoFlowSeconds } from '../../../workflows/identity/sso.rules.js';
import type { UserStatus } from '../../../workflows/identity/user.contract.js';
import { failure } from '../../../workflows/shared/failure.js';
import {
  boolean,
  bytes,
  integer,
  text,
  textOf,
  uuid,
  type Values,
} from '../../connection/column.js';
import type { StatementScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';
import { deriveSealKey, seal, unseal } from '../../secrets/seal.js';

const flow = { flowId: uuid, provider: text };

const flowReturn = query({
  name: 'ssoFlow.return',
  parameters: { ...flow, seconds: integer },
  row: { flowId: uuid },
  text: `insert into identity.sso_flows (flow_id, provider, expires_at)
   values (:flowId, :provider, now() + make_interval(secs => :seconds))
   on conflict (flow_id) do nothing returning flow_id`,
});

const newCode = query({
  name: 'ssoFlow.code',
  parameters: { flowId: uuid, userId: uuid, hasMfa: boolean, codeHash: bytes, seconds: integer },
  text: `update identity.sso_flows f set user_id = :userId, has_mfa = :hasMfa, code_hash = :codeHash,
     code_expires_at = now() + make_interval(secs => :seconds)
   where f.flow_id = :flowId`,
});

const arrival = { userId: uuid, hasMfa: boolean };
const standingArrival = { ...arrival, status: textOf<UserStatus>() };

const codeUse = query({
  name: 'ssoFlow.redeem',
  parameters: { codeHash: bytes },
  row: standingArrival,
  text: `update identity.sso_flows f set code_hash = null from identity.users u
   where f.code_hash = :codeHash and f.code_expires_at > now() and u.user_id = f.user_id
   returning f.user_id, f.has_mfa, u.status`,
});

const purge = query({
  name: 'ssoFlow.purge',
  parameters: { batchSize: integer },
  row: { flowId: uuid },
  text: `delete from identity.sso_flows where flow_id = any (array(
     select f.flow_id from identity.sso_flows f where f.expires_at < now() limit :batchSize))
   returning flow_id`,
});

/** Throws for a user shut out of any sign-in. */
export function assertAdmitted(status: UserStatus): void {
  if (status === 'LOCKED') throw failure('ACCOUNT_LOCKED');
  if (status === 'DISABLED') throw failure('ACCOUNT_DISABLED');
}

const hashOf = (code: string): Buffer => createHash('sha256').update(code).digest();
const batchSize = 500;

/** A user let in by a provider, and whether a second factor counts as shown there. */
export type SsoArrival = Values<typeof arrival>;

/** In a scope of the platform. */
export const ssoFlowRecords = (scope: StatementScope) => ({
  /** Notes the return of a flow; false for a second return. */
  async comeBack(flowId: string, provider: string): Promise<boolean> {
    // Twice the life of a flow, so no valid flow is forgotten.
    const seconds = 2 * ssoFlowSeconds;
    return (await scope.run(flowReturn, { flowId, provider, seconds })).length > 0;
  },

  /** A code for the tokens of a flow's user, good once. */
  async issueCode(flowId: string, arrived: SsoArrival): Promise<string> {
    const code = randomBytes(32).toString('base64url');
    await scope.run(newCode, {
      flowId,
      ...arrived,
      codeHash: hashOf(code),
      seconds: ssoCodeSeconds,
    });
    return code;
  },

  /** Takes a code. Throws for an unknown, expired or used code, and for a user shut out. */
  async redeem(code: string): Promise<SsoArrival> {
    const [arrived] = await scope.run(codeUse, { codeHash: hashOf(code) });
    if (!arrived) throw failure('SSO_TOKEN_INVALID');
    const { status, ...user } = arrived;
    assertAdmitted(status);
    return user;
  },

  /** Deletes some expired flows; returns the number. */
  purge: async (): Promise<number> => (await scope.run(purge, { batchSize })).length,
});

export type SsoFlowRecords = ReturnType<typeof ssoFlowRecords>;

/** Flows under way, sealed into texts for the way to a provider and back. */
export function createSealedFlows<Flow extends object>(secret: string) {
  const key = deriveSealKey(secret, 'sso-flow');
  return {
    seal: (flow: Flow): string =>
      seal(Buffer.from(JSON.stringify(flow)), key).toString('base64url'),
    /** Undefined for a text not sealed by us. */
    open(text: string): Flow | undefined {
      try {
        return JSON.parse(unseal(Buffer.from(text, 'base64url'), key).toString()) as Flow;
      } catch {
        return undefined;
      }
    },
  };
}
