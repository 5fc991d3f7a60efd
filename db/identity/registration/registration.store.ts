import { resendWindowSeconds } from '../../../workflows/identity/otp.rules.js';
import { integer } from '../../connection/column.js';
import type { StatementScope } from '../../connection/database.js';
import { query } from '../../connection/query.js';

const batchSize = 2_000;

/** Pending users stay as long as codes sent to them count, unless a registration goes on. */
const purge = query({
  name: 'registrations.purge',
  parameters: { batchSize: integer, resendWindowSeconds: integer },
  row: { purged: integer },
  text: `with ended as (
     delete from identity.registrations where registration_id = any (array(
       select r.registration_id from identity.registrations r where r.expires_at < now() limit :batchSize)) returning 1
   ), nobody as (
     delete from identity.users where user_id = any (array(
       select u.user_id from identity.users u
       where u.status = 'PENDING_VERIFICATION' and u.principal_id is null
         and u.updated_at < now() - make_interval(secs => :resendWindowSeconds)
         and not exists (select 1 from identity.registrations r where r.user_id = u.user_id and r.expires_at >= now())
         and not exists (select 1 from identity.tokens t
           where t.user_id = u.user_id and t.created_at >= now() - make_interval(secs => :resendWindowSeconds))
       limit :batchSize for update skip locked)) returning 1
   ), changes as (
     delete from identity.identifier_changes where (user_id, channel) in (
       select c.user_id, c.channel from identity.identifier_changes c where c.expires_at < now() limit :batchSize) returning 1
   ), standings as (
     delete from identity.code_standings where (identifier_hash, purpose) in (
       select s.identifier_hash, s.purpose from identity.code_standings s
       where greatest(s.asked_at, s.tried_at) < now() - make_interval(secs => :resendWindowSeconds) limit :batchSize) returning 1
   ), misses as (
     delete from identity.code_misses where (identifier_hash, purpose, hour) in (
       select m.identifier_hash, m.purpose, m.hour from identity.code_misses m
       where m.hour < now() - interval '2 hours' limit :batchSize)
     returning 1
   ), sign_ins as (
     delete from identity.sign_in_misses where identifier_hash = any (array(
       select m.identifier_hash from identity.sign_in_misses m where m.wrong_at < now() - interval '1 day' limit :batchSize)) returning 1
   )
   select ((select count(*) from ended) + (select count(*) from nobody) + (select count(*) from changes) + (select count(*) from standings)
     + (select count(*) from misses) + (select count(*) from sign_ins))::int as purged`,
});

/** In a scope of the platform. */
export const registrationStore = (scope: StatementScope) => ({
  /** Deletes ended registrations and old counts, at most a batch of each; returns the number. */
  async purge(): Promise<number> {
    const [row] = await scope.run(purge, { batchSize, resendWindowSeconds });
    return row?.purged ?? 0;
  },
});
