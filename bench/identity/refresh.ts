import { createHash, randomBytes } from 'node:crypto';
import pg from 'pg';
import { platformAccountId } from '../../db/connection/database.js';
import { newId } from '../../db/shared/id.js';
import { compare, type Side } from '../shared/ratio.js';
import { ratioFigure, type Figure } from '../shared/report.js';
import type { Stack } from '../shared/stack.js';
import { post } from './requests.js';

const sessions = 16;
const refreshesARound = 1_600;

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();

/** Refreshes over HTTP, against the same rows written by bare pg. */
export async function benchRefresh(stack: Stack, port: number): Promise<Figure> {
  const bare = new pg.Pool({ connectionString: stack.postgres.adminUrl, max: 10 });
  try {
    const userId = await anyUser(stack.postgres.admin);
    const measured = await compare(
      await refreshing(stack.postgres.admin, userId, port),
      await rotating(bare, userId),
    );
    return ratioFigure('identity.refresh_ratio', measured, { floor: 0.4, target: 0.6 });
  } finally {
    await bare.end();
  }
}

async function anyUser(admin: pg.Pool): Promise<string> {
  const { rows } = await admin.query<{ user_id: string }>(
    "select user_id from identity.users where status = 'ACTIVE' limit 1",
  );
  const [row] = rows;
  if (!row) throw new Error('there is no user');
  return row.user_id;
}

/** Opens sessions by rows; returns the refresh token of each. */
async function openSessions(admin: pg.Pool, userId: string): Promise<string[]> {
  const tokens: string[] = [];
  while (tokens.length < sessions) {
    const [sessionId, token] = [newId(), randomBytes(32).toString('base64url')];
    await admin.query(
      `insert into identity.user_sessions (session_id, user_id, principal_id, expires_at, absolute_until)
       select $1, u.user_id, u.principal_id, now() + interval '30 days', now() + interval '90 days'
       from identity.users u where u.user_id = $2`,
      [sessionId, userId],
    );
    await admin.query(
      'insert into identity.refresh_tokens (token_hash, session_id, generation) values ($1, $2, 1)',
      [hashOf(token), sessionId],
    );
    tokens.push(token);
  }
  return tokens;
}

/** Each session is refreshed again and again, all at once; refreshes a second. */
const inChains =
  (tokens: string[], refresh: (token: string) => Promise<string>): Side =>
  async () => {
    const startedAt = performance.now();
    await Promise.all(
      tokens.map(async (_, chain) => {
        for (let n = 0; n < refreshesARound / tokens.length; n += 1)
          tokens[chain] = await refresh(tokens[chain] ?? '');
      }),
    );
    return refreshesARound / ((performance.now() - startedAt) / 1_000);
  };

async function refreshing(admin: pg.Pool, userId: string, port: number): Promise<Side> {
  return inChains(await openSessions(admin, userId), async (token) => {
    const body = { refresh_token: token };
    return (await post<{ refresh_token: string }>(port, '/v1/auth/refresh', body)).refresh_token;
  });
}

const locked = {
  name: 'bare.session',
  text: `select s.session_id, r.generation from identity.refresh_tokens r
    join identity.user_sessions s on s.session_id = r.session_id where r.token_hash = $1 for update of s, r`,
};
const rotation = {
  name: 'bare.rotate',
  text: 'update identity.refresh_tokens set rotated_at = now(), successor_sealed = $2 where token_hash = $1',
};
const addition = {
  name: 'bare.add',
  text: 'insert into identity.refresh_tokens (token_hash, session_id, generation) values ($1, $2, $3)',
};
const use = {
  name: 'bare.use',
  text: `update identity.user_sessions set generation = $2, last_used_at = now(), expires_at = now() + interval '30 days'
    where session_id = $1`,
};
const entry = {
  name: 'bare.entry',
  text: `insert into bench.audit_entries (account_id, action, subject_id) values ($1, 'session.refresh', $2)`,
};

/** The rows of a refresh, with an audit entry outside any chain. */
async function rotating(pool: pg.Pool, userId: string): Promise<Side> {
  await pool.query(`create schema if not exists bench;
    create table if not exists bench.audit_entries (
      entry_no bigint generated always as identity primary key, account_id uuid, action text, subject_id uuid,
      recorded_at timestamptz default now())`);
  return inChains(await openSessions(pool, userId), async (token) => {
    const successor = randomBytes(32).toString('base64url');
    const client = await pool.connect();
    try {
      await client.query('begin');
      const { rows } = await client.query<{ session_id: string; generation: number }>({
        ...locked,
        values: [hashOf(token)],
      });
      const [session] = rows;
      if (!session) throw new Error('a session was lost');
      const { session_id: sessionId, generation } = session;
      await client.query({ ...rotation, values: [hashOf(token), Buffer.from(successor)] });
      await client.query({
        ...addition,
        values: [hashOf(successor), sessionId, generation + 1],
      });
      await client.query({ ...use, values: [sessionId, generation + 1] });
      await client.query({ ...entry, values: [platformAccountId, sessionId] });
      await client.query('commit');
    } finally {
      client.release();
    }
    return successor;
  });
}
