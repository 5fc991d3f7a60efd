import type pg from 'pg';
import { openAccounts } from './http/accounts.js';
import { signIn } from './http/buyer.js';
import { loading } from './http/load.js';
import { compare, type Ratio, type Side } from './shared/ratio.js';
import { loadNote, ratioFigure, type Figure } from './shared/report.js';
import { databaseVariables, startStack } from './shared/stack.js';

const connections = 16;
const sitesARound = 2_000;
const rounds = 7;

/** An API with a database; `isAudited` if requests are audited. */
interface Api {
  port: number;
  headers: Record<string, string>;
  admin: pg.Pool;
  isAudited: boolean;
}

/**
 * The cost of idempotency and of the audit log for a POST: a site is created over HTTP, with and
 * without.
 */
export async function benchRequests(): Promise<Figure[]> {
  const stack = await startStack();
  try {
    const accountIds = await openAccounts(stack, connections);
    const copy = await stack.copyDatabase('bench_unaudited');
    await stopFolding(copy.admin);
    const port = await stack.startProcess('workers/main.ts', { ROLES: 'api' });
    const unauditedPort = await stack.startProcess(
      'bench/http/unaudited.process.ts',
      databaseVariables(copy.urls),
    );
    const { admin } = stack.postgres;
    const api: Api = { port, admin, isAudited: true, headers: (await signIn(stack, port)).headers };
    const unaudited: Api = {
      port: unauditedPort,
      admin: copy.admin,
      isAudited: false,
      headers: (await signIn(stack, unauditedPort)).headers,
    };

    const shares: number[] = [];
    const plain = creating(api, accountIds, { isKeyed: false }, shares);
    const keyed = creating(api, accountIds, { isKeyed: true }, shares);
    const bare = creating(unaudited, accountIds, { isKeyed: false }, shares);
    const figure = (name: string, measured: Ratio, ceiling: number): Figure => {
      const { note, ...rest } = ratioFigure(name, measured, { ceiling });
      return { ...rest, note: `without ÷ with: ${note}${loadNote(shares)}` };
    };
    return [
      figure('idempotency.post_ratio', await compare(plain, keyed, { rounds }), 1.3),
      figure('audit.post_ratio', await compare(bare, plain, { rounds }), 1.2),
    ];
  } finally {
    await stack.stop();
  }
}

/**
 * Sites a second, over the accounts in turns; asserts each site afterwards, with the records kept
 * of each request.
 */
function creating(
  api: Api,
  accountIds: readonly string[],
  { isKeyed }: { isKeyed: boolean },
  shares: number[],
): Side {
  const create = loading(
    {
      url: `http://127.0.0.1:${api.port}`,
      connections,
      amount: sitesARound,
      // Each request is new, with a fresh id in place of the mark.
      idReplacement: true,
      requests: accountIds.map((accountId) => ({
        method: 'POST',
        path: `/v1/accounts/${accountId}/sites`,
        headers: {
          ...api.headers,
          'content-type': 'application/json',
          'x-request-id': '[<id>]',
          ...(isKeyed ? { 'idempotency-key': '[<id>]' } : {}),
        },
        body: JSON.stringify({
          name: 'Kibera depot',
          site_type: 'DEPOT',
          location: { lat: -1.31, lng: 36.78 },
        }),
      })),
    },
    shares,
  );
  const expected: Kept = {
    sites: sitesARound,
    keys: isKeyed ? sitesARound : 0,
    entries: api.isAudited ? sitesARound : 0,
    digested: api.isAudited ? sitesARound : 0,
  };
  return async () => {
    const before = await keptIn(api.admin);
    const rate = await create();
    const after = await keptIn(api.admin);
    for (const [what, count] of Object.entries(expected) as [keyof Kept, number][])
      if (after[what] - before[what] !== count)
        throw new Error(
          `${sitesARound} sites were asked for; ${what}: ${after[what] - before[what]}, not ${count}`,
        );
    return rate;
  };
}

interface Kept {
  sites: number;
  keys: number;
  entries: number;
  /** Entries with the row's digest. */
  digested: number;
}

async function keptIn(admin: pg.Pool): Promise<Kept> {
  const { rows } = await admin.query<Kept>(
    `select (select count(*)::int from water.sites) as sites, (select count(*)::int from platform.idempotency_keys) as keys,
       count(*)::int as entries, count(after_hash)::int as digested
     from platform.audit_log where action = 'site.create'`,
  );
  const [kept] = rows;
  if (!kept) throw new Error('nothing was counted');
  return kept;
}

/** Drops the triggers making digests of rows for the audit log. */
async function stopFolding(admin: pg.Pool): Promise<void> {
  const { rows } = await admin.query<{ audited: string }>(
    `select cast(tgrelid as regclass) as audited from pg_trigger where tgname = 'fold_audit'`,
  );
  for (const { audited } of rows) await admin.query(`drop trigger fold_audit on ${audited}`);
}
