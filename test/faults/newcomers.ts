import { setTimeout as sleep } from 'node:timers/promises';
import { randomBytes } from 'node:crypto';
import { password } from '../support/people/actors.js';
import { createClient } from '../support/http/api-client.js';
import { createRawClient } from '../support/http/http.js';
import { arriveBySso } from '../support/people/sso.js';
import type { OidcServer } from '../support/servers/oidc-server.js';

/** People who register, one after the other; each answer makes an event, a workflow and a mail. */
interface Newcomers {
  register(url: string, isOver: () => boolean): Promise<void>;
  /** Others come from the provider, and have to be the same persons at the second sign-in. */
  arrive(url: string, provider: OidcServer, isOver: () => boolean): Promise<void>;
  /** Persons with two users after two sign-ins. */
  doubled: readonly string[];
  /** Addresses with an answered registration. */
  emails: readonly string[];
}

/** Slower than the limit of one address. */
const pauseMs = 1_500;

export function createNewcomers(): Newcomers {
  const [emails, doubled]: [string[], string[]] = [[], []];
  return {
    async register(url, isOver) {
      const call = createRawClient(url);
      while (!isOver()) {
        const email = `newcomer-${randomBytes(6).toString('hex')}@example.com`;
        const answer = await call('post', '/v1/auth/register', { body: { email, password } }).catch(
          () => undefined,
        );
        if (answer && answer.status < 300) emails.push(email);
        await sleep(pauseMs);
      }
    },
    async arrive(url, provider, isOver) {
      while (!isOver()) {
        const sub = randomBytes(6).toString('hex');
        const email = `arrival-${sub}@example.com`;
        provider.person = { sub, email, email_verified: true };
        const [first, second] = [await userOf(url, provider), await userOf(url, provider)];
        if (first !== undefined && second !== undefined && first !== second) doubled.push(sub);
        await sleep(pauseMs);
      }
    },
    emails,
    doubled,
  };
}

/** The user of a sign-in at the provider; undefined while a process is away. */
async function userOf(url: string, provider: OidcServer): Promise<string | undefined> {
  try {
    const api = createClient(url);
    const tokens = await api.post<{ access_token: string }>('/v1/auth/sso/exchange', {
      code: await arriveBySso(url, provider),
    });
    const { user } = await api.as(tokens.access_token).get<{ user: { id: string } }>('/v1/me');
    return user.id;
  } catch {
    return undefined;
  }
}
