import request from 'supertest';
import { createApi, type ApiParts } from '../../../api/server.js';
import type { Authenticator, Caller, Role } from '../../../api/route/caller.js';
import type { Database } from '../../../db/connection/database.js';
import { newId } from '../../../db/shared/id.js';
import { failure } from '../../../workflows/shared/failure.js';
import { requestMemory } from '../http/requests.js';

const isUuid = (text: string): boolean => /^[0-9a-f-]{36}$/.test(text);
const adminId = '0198f0c2-0000-7000-8000-0000000000f1';

/** The token of a person with a role in each of several accounts. */
export const tokenOf = (memberships: Record<string, Role>, principalId = newId()): string => {
  const roles = Object.entries(memberships).map(([accountId, role]) => `${accountId}=${role}`);
  return [principalId, ...roles, ''].join('~');
};

/**
 * Tokens that name the bearer: `admin`, the platform admin; an account's id, the account's owner;
 * `<account>.<role>` and `<account>.<role>.<person>`; and the tokens of `tokenOf`. A token of the
 * account alone has the account's id as principal.
 */
function callerOf(token: string): Caller {
  const callerWith = (id: string, memberships: Caller['memberships']): Caller => {
    if (!isUuid(id)) throw failure('UNAUTHENTICATED');
    const isPlatformAdmin = token === 'admin';
    const names = { kind: 'SESSION', userId: id, principalId: id, sessionId: id } as const;
    return { ...names, isPlatformAdmin, isSupport: false, memberships, grants: [] };
  };
  if (token === 'admin') return callerWith(adminId, []);
  if (token.includes('~')) {
    const [principalId = '', ...roles] = token.split('~').filter(Boolean);
    return callerWith(
      principalId,
      roles.map((each) => {
        const [accountId = '', role = 'VIEWER'] = each.split('=');
        return { accountId, role: role as Role };
      }),
    );
  }
  const [accountId = '', role = 'OWNER', person = accountId] = token.split('.');
  return callerWith(person, [{ accountId, role: role as Role }]);
}

export interface LogLine {
  level: 'info' | 'warn' | 'error';
  fields: Record<string, unknown>;
  message: string;
}

interface TestApiParts extends Partial<Omit<ApiParts, 'settings' | 'database' | 'routes'>> {
  routes: ApiParts['routes'];
  settings?: Partial<ApiParts['settings']>;
}
/** The memory of requests is made of the database, unless the database is a fake. */
type Storage =
  { database: Database; requests?: ApiParts['requests'] } | Pick<ApiParts, 'database' | 'requests'>;

const isDatabase = (given: Storage['database']): given is Database => 'poolUse' in given;
/** Remembers nothing. */
export const noRequests: ApiParts['requests'] = () => ({
  take: async () => undefined,
  keep: async () => undefined,
});

/**
 * Routes over the real pipeline; only the signatures of tokens are not real, unless an
 * authenticator is given. `lines` is the API's log.
 */
export function createTestApi({ settings, ...parts }: TestApiParts & Storage) {
  const lines: LogLine[] = [];
  const log = (level: LogLine['level']) => (fields: object, message: string) =>
    void lines.push({ level, fields: { ...fields }, message });
  const authenticator: Authenticator = { authenticate: async (token) => callerOf(token) };
  const { database } = parts;
  const api = createApi({
    settings: {
      isProduction: false,
      publicUrl: 'http://127.0.0.1',
      version: { version: '0.1.0' },
      hasDocs: false,
      ...settings,
    },
    requests: isDatabase(database) ? requestMemory() : noRequests,
    authenticator,
    resources: {},
    readyChecks: [],
    logger: { info: log('info'), warn: log('warn'), error: log('error') },
    ...parts,
  });
  const agent = request(api.callback);
  const as = (token: string) => ({
    get: (path: string) => agent.get(path).auth(token, { type: 'bearer' }),
    post: (path: string, body: object = {}) =>
      agent.post(path).auth(token, { type: 'bearer' }).send(body),
    patch: (path: string, body: object, ifMatch?: string) => {
      const call = agent.patch(path).auth(token, { type: 'bearer' });
      return (ifMatch === undefined ? call : call.set('If-Match', ifMatch)).send(body);
    },
    delete: (path: string) => agent.delete(path).auth(token, { type: 'bearer' }),
  });
  return {
    ...api,
    agent,
    lines,
    as,
    get: (path: string, token: string) => as(token).get(path),
    post: (path: string, token: string, body?: object) => as(token).post(path, body),
    patch: (path: string, token: string, body: object) => as(token).patch(path, body),
    delete: (path: string, token: string) => as(token).delete(path),
  };
}

/** For an API not meant to fail: error logs show in the run. */
export const shownErrors: ApiParts['logger'] = {
  info: () => undefined,
  warn: () => undefined,
  error: (fields) => console.error(fields),
};
