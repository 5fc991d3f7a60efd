import { benchCodes } from './identity/codes.js';
import { benchCredentials } from './identity/credentials.js';
import { startIssuer } from './identity/issuer.js';
import { benchRefresh } from './identity/refresh.js';
import { benchSessions } from './identity/sessions.js';
import { benchSignIns } from './identity/sign-ins.js';
import { startSmsProvider } from './identity/sms-provider.js';
import type { Figure } from './shared/report.js';
import { startStack } from './shared/stack.js';

/** Credentials, refreshes, sign-ins and codes, each against the least work of the same effect. */
export async function benchIdentity(): Promise<Figure[]> {
  const [stack, issuer, provider] = await Promise.all([
    startStack(),
    startIssuer(),
    startSmsProvider(),
  ]);
  try {
    // Issuers and providers on loopback are for development alone.
    const variables = {
      NODE_ENV: 'development',
      LOG_LEVEL: 'warn',
      IDP_ALLOW_PRIVATE: 'true',
      TRUSTED_ISSUERS: issuer.trust,
      SMS_GATEWAY_URL: provider.url,
      SMS_ACCOUNT_SID: 'AC-bench',
      SMS_AUTH_TOKEN: 'bench',
      SMS_FROM: '+15550001',
    };
    const port = await stack.startProcess('workers/main.ts', {
      ...variables,
      ROLES: 'api,workers,relay',
    });
    const credentials = await benchCredentials(stack, { port, issuer });
    const refresh = await benchRefresh(stack, port);
    const signIns = await benchSignIns(port);
    const forgetfulPort = await stack.startProcess(
      'bench/identity/fire-and-forget.process.ts',
      variables,
    );
    const codes = await benchCodes(provider, { port, forgetfulPort });
    const sessionsPort = await stack.startProcess('workers/main.ts', {
      ...variables,
      ROLES: 'api',
    });
    const sessions = await benchSessions(stack.postgres.admin, sessionsPort);
    return [...credentials, refresh, ...signIns, codes, sessions];
  } finally {
    await stack.stop();
    await Promise.all([issuer.close(), provider.close()]);
  }
}
