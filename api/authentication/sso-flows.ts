import { createHash, createHmac, randomBytes } from 'node:crypto';
import { databaseNow } from '../../db/connection/database-clock.js';
import { createSealedFlows } from '../../db/identity/sso/sso-flow.records.js';
import { newId } from '../../db/shared/id.js';
import { ssoFlowSeconds } from '../../workflows/identity/sso.rules.js';

/** The rest of a flow after the provider has sent the person back. */
interface FlowPlan {
  provider: string;
  /** The page for a code in exchange for the tokens; without a page, the answer has the tokens. */
  redirectUri?: string | undefined;
  /** The session of a link by hand. */
  holder?: { userId: string; sessionId: string } | undefined;
}

interface SealedFlow extends FlowPlan {
  flowId: string;
  browser: string;
  expiresAtMs: number;
}

export interface SsoFlow extends FlowPlan {
  flowId: string;
  nonce: string;
  verifier: string;
}

interface FlowHeaders {
  header(name: string): string;
}

export interface SsoFlows {
  /** Begins a flow of the request's browser; the headers set the browser's cookie. */
  begin(
    request: FlowHeaders,
    plan: FlowPlan,
  ): SsoFlow & { state: string; headers: Record<string, string> };
  /** The flow of a state; undefined for a flow of another browser or provider, and after the end. */
  resume(request: FlowHeaders, state: string, provider: string): SsoFlow | undefined;
}

/**
 * Sign-ins under way at providers, without a row for each: the state is the sealed flow, good only
 * in the same browser. Nonce and verifier are derived from the browser's cookie, and not stored.
 */
export function createSsoFlows({ key, isSecure }: { key: string; isSecure: boolean }): SsoFlows {
  const sealed = createSealedFlows<SealedFlow>(key);
  // No page of a neighbouring host name can set a cookie with the prefix.
  const cookieName = isSecure ? '__Host-millrace_sso' : 'millrace_sso';
  const pattern = new RegExp(`(?:^|;\\s*)${cookieName}=([\\w-]{43})(?:;|$)`);
  const secretOf = (request: FlowHeaders): string | undefined =>
    pattern.exec(request.header('Cookie'))?.[1];
  const derive = (secret: string, purpose: string, flowId: string): string =>
    createHmac('sha256', secret).update(`${purpose}|${flowId}`).digest('base64url');
  const browserOf = (secret: string): string =>
    createHash('sha256').update(secret).digest('base64url');
  const secretsOf = (secret: string, flowId: string) => ({
    nonce: derive(secret, 'nonce', flowId),
    verifier: derive(secret, 'verifier', flowId),
  });

  return {
    begin(request, plan) {
      const secret = secretOf(request) ?? randomBytes(32).toString('base64url');
      const flowId = newId();
      const expiresAtMs = databaseNow() + ssoFlowSeconds * 1_000;
      const state = sealed.seal({ ...plan, flowId, browser: browserOf(secret), expiresAtMs });
      const cookie = `${cookieName}=${secret}; Path=/; Max-Age=${ssoFlowSeconds}; HttpOnly; SameSite=Lax`;
      return {
        ...plan,
        flowId,
        ...secretsOf(secret, flowId),
        state,
        headers: { 'Set-Cookie': isSecure ? `${cookie}; Secure` : cookie },
      };
    },
    resume(request, state, provider) {
      const secret = secretOf(request);
      const opened = sealed.open(state);
      if (secret === undefined || !opened) return undefined;
      const { flowId, browser, expiresAtMs, ...plan } = opened;
      const isOurs = browser === browserOf(secret) && plan.provider === provider;
      if (!isOurs || expiresAtMs <= databaseNow()) return undefined;
      return { ...plan, flowId, ...secretsOf(secret, flowId) };
    },
  };
}
