import { resendWindowSeconds } from '../../workflows/identity/otp.rules.js';
import { statement, type Database } from '../shared/database.js';

const batchSize = 2_000;

/** Pending users are kept for as long as what was sent to them counts, unless a registration goes on. */
const purge = statement(
  'registrations.purge',
  `with ended as (
     delete from identity.registrations where registration_id = any (array(
       select r.registration_id from identity.registrations r where r.expires_at < now() limit $1)) returning 1
   ), nobody as (
     delete from identity.users where user_id = any (array(
       select u.user_id from identity.users u
       where u.status = 'PENDING_VERIFICATION' and u.principal_id is null and u.updated_at < now() - make_interval(secs => $2)
         and not exists (select 1 from identity.registrations r where r.user_id = u.user_id and r.expires_at >= now())
         and not exists (select 1 from identity.tokens t
           where t.user_id = u.user_id and t.created_at >= now() - make_interval(secs => $2))
       limit $1 for update skip locked)) returning 1
   ), standings as (
     delete from identity.code_standings where (identifier_hash, purpose) in (
       select s.identifier_hash, s.purpose from identity.code_standings s
       where greatest(s.asked_at, s.tried_at) < now() - make_interval(secs => $2) limit $1) returning 1
   ), misses as (
     delete from identity.code_misses where (identifier_hash, purpose, hour) in (
       select m.identifier_hash, m.purpose, m.hour from identity.code_misses m where m.hour < now() - interval '2 hours' limit $1)
     returning 1
   ), sign_ins as (
     delete from identity.sign_in_misses where identifier_hash = any (array(
       select m.identifier_hash from identity.sign_in_misses m where m.wrong_at < now() - interval '1 day' limit $1)) returning 1
   )
   select ((select count(*) from ended) + (select count(*) from nobody) + (select count(*) from standings)
     + (select count(*) from misses) + (select count(*) from sign_ins))::int as purged`,
);

export function createRegistrationStore({ database }: { database: Database }) {
  return {
    /** Forgets registrations that have ended, and what was counted long ago; answers how much, a batch of each at most. */
    async purge(): Promise<number> {
      const [row] = await database.write.inPlatform<{ purged: number }>(purge, [batchSize, resendWindowSeconds]);
      return row?.purged ?? 0;
    },
  };
}
