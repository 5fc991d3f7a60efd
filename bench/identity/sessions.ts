import { createHash } from 'node:crypto';
import type pg from 'pg';
import type { Figure } from '../shared/report.js';
import { residentMib } from './memory.js';
import { post } from './requests.js';

const sessionCount = 10_000;
const together = 32;

/**
 * Growth of an API's memory with 10,000 open sessions in the caches, each of another person, after
 * one request of each session.
 */
export async function benchSessions(admin: pg.Pool, port: number): Promise<Figure> {
  const tokens = await inTurns(await openSessions(admin), async (refreshToken) => {
    const body = { refresh_token: refreshToken };
    return (await post<{ access_token: string }>(port, '/v1/auth/refresh', body)).access_token;
  });
  const show = async (token: string) => {
    const headers = { authorization: `Bearer ${token}` };
    const answer = await fetch(`http://127.0.0.1:${port}/v1/me`, { headers });
    await answer.arrayBuffer();
    if (!answer.ok) throw new Error(`a session was answered with ${answer.status}`);
  };
  // As many requests of a single session come first, so the sessions alone make the difference.
  await inTurns(Array<string>(sessionCount).fill(tokens[0] ?? ''), show);
  const before = await residentMib(port);
  await inTurns(tokens, show);
  const grown = (await residentMib(port)) - before;
  return {
    name: 'identity.open_sessions_mib',
    value: grown,
    unit: 'MiB',
    limit: '≤ 32',
    isMet: grown <= 32,
    note: `${sessionCount} sessions; ${Math.round(before)} MiB before`,
  };
}

/** People with a session each, written as rows; returns the refresh tokens. */
async function openSessions(admin: pg.Pool): Promise<string[]> {
  const tokens = Array.from({ length: sessionCount }, (_, n) => `bench-session-${n}`);
  await admin.query(
    `with people as (
       select gen_random_uuid() as user_id, gen_random_uuid() as principal_id, gen_random_uuid() as session_id, t.hash, t.n
       from unnest($1::bytea[]) with ordinality as t(hash, n)
     ), principals as (
       insert into identity.principals (principal_id, kind) select p.principal_id, 'USER' from people p
     ), users as (
       insert into identity.users (user_id, principal_id, email, email_verified_at, password_hash, status)
       select p.user_id, p.principal_id, 'bench-' || p.n || '@example.com', now(), '', 'ACTIVE' from people p
     ), sessions as (
       insert into identity.user_sessions (session_id, user_id, principal_id, expires_at, absolute_until)
       select p.session_id, p.user_id, p.principal_id, now() + interval '30 days', now() + interval '90 days' from people p
     )
     insert into identity.refresh_tokens (token_hash, session_id, generation) select p.hash, p.session_id, 1 from people p`,
    [tokens.map((token) => createHash('sha256').update(token).digest())],
  );
  await admin.query('analyze identity.users, identity.user_sessions, identity.refresh_tokens');
  return tokens;
}

async function inTurns<Result>(
  items: readonly string[],
  work: (item: string) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const worker = async () => {
    for (let n = next++; n < items.length; n = next++) results[n] = await work(items[n] ?? '');
  };
  await Promise.all(Array.from({ length: together }, worker));
  return results;
}
