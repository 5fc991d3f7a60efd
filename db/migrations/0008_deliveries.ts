import type { Knex } from 'knex';

/**
 * Consumers of events, and deliveries on the way to consumers. An event is fanned out into a
 * delivery for each interested consumer, in the transaction of the dispatch mark; the deliveries of
 * one subject to one consumer are a lane.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table platform.consumers (
      consumer_id text not null primary key
        check (consumer_id ~ '^(mqtt|firestore|internal/[a-z0-9.-]+|webhook/[0-9a-f-]{36})$'),
      -- Whose events it gets; null for a consumer of the platform's, which gets everybody's.
      account_id uuid,
      kind text not null check (kind in ('internal', 'mqtt', 'firestore', 'webhook')),
      -- Null for all of them.
      event_types text[],
      status text not null default 'ACTIVE' check (status in ('ACTIVE', 'DISABLED', 'REMOVED')),
      -- Until then its deliveries wait; infinity until it is resumed.
      paused_until timestamptz,
      -- How many lanes go side by side.
      concurrency integer not null default 64 check (concurrency between 1 and 1000),
      created_at timestamptz not null default now()
    );
    create index on platform.consumers (account_id);

    create table platform.lanes (
      lane_id bigint generated always as identity primary key,
      consumer_id text not null,
      subject_type text not null,
      subject_id text not null,
      -- Rises with whatever is put into the lane, so that whoever has emptied it sees that something came meanwhile.
      version bigint not null default 1,
      -- Null while nothing waits; infinity while a dead letter holds the lane.
      due_at timestamptz,
      unique (consumer_id, subject_type, subject_id)
    ) with (fillfactor = 70);
    create index on platform.lanes (consumer_id, due_at) where due_at is not null;

    create table platform.deliveries (
      delivery_id uuid not null default uuidv7() primary key,
      -- The consumer's account, else the event's: who sees it and may decide on it.
      account_id uuid,
      consumer_id text not null,
      lane_id bigint not null,
      event_id uuid not null,
      event_type text not null,
      subject_seq bigint not null,
      state text not null default 'PENDING' check (state in ('PENDING', 'SENT', 'DEAD', 'SKIPPED')),
      attempts integer not null default 0,
      last_attempt_at timestamptz,
      last_error text,
      dead_at timestamptz,
      -- A dead letter that no longer holds its lane.
      released_at timestamptz,
      finished_at timestamptz,
      created_at timestamptz not null default now(),
      check ((state = 'DEAD') <= (dead_at is not null)),
      check ((state in ('SENT', 'SKIPPED')) = (finished_at is not null))
    );
    create unique index one_open_delivery on platform.deliveries (consumer_id, event_id) where state in ('PENDING', 'DEAD');
    create index on platform.deliveries (lane_id, subject_seq) where state in ('PENDING', 'DEAD');
    create index on platform.deliveries (account_id, delivery_id) where state = 'DEAD';
    create index on platform.deliveries (consumer_id, delivery_id);
    create index on platform.deliveries (finished_at) where finished_at is not null;

    -- Numbers events as they are dispatched. It is handed out under the lock of one row until the commit, so whoever has read up
    -- to a number has missed none before it; the positions of events are drawn before their transactions end, and may be overtaken.
    create table platform.dispatch_counter (
      id boolean not null primary key default true check (id),
      last_no bigint not null
    );
    insert into platform.dispatch_counter (last_no) values (0);
    alter table platform.dispatch_counter enable row level security;
    alter table platform.dispatch_counter force row level security;
    create policy everyone on platform.dispatch_counter for select using (true);
    create policy relay on platform.dispatch_counter to millrace_relay using (true) with check (true);
    grant select on platform.dispatch_counter to millrace_app;
    grant select, update on platform.dispatch_counter to millrace_relay;
    alter table platform.events add column dispatch_no bigint;
    create index on platform.events (account_id, dispatch_no);
    create index on platform.events (counterpart_account_id, dispatch_no) where counterpart_account_id is not null;

    alter table platform.consumers enable row level security;
    alter table platform.consumers force row level security;
    alter table platform.deliveries enable row level security;
    alter table platform.deliveries force row level security;
    alter table platform.lanes enable row level security;
    alter table platform.lanes force row level security;
    create policy account on platform.consumers to millrace_app
      using (coalesce(account_id, platform.nil_uuid()) = (select platform.current_account_id()))
      with check (coalesce(account_id, platform.nil_uuid()) = (select platform.current_account_id()));
    create policy account on platform.deliveries to millrace_app
      using (coalesce(account_id, platform.nil_uuid()) = (select platform.current_account_id()))
      with check (coalesce(account_id, platform.nil_uuid()) = (select platform.current_account_id()));
    -- A lane is whose deliveries are in it: those that a decision of theirs can hold or let go.
    create policy account on platform.lanes to millrace_app using (exists (
      select 1 from platform.deliveries d where d.lane_id = lanes.lane_id and d.state in ('PENDING', 'DEAD')
        and coalesce(d.account_id, platform.nil_uuid()) = (select platform.current_account_id())));
    create policy relay on platform.consumers to millrace_relay using (true) with check (true);
    create policy relay on platform.deliveries to millrace_relay using (true) with check (true);
    create policy relay on platform.lanes to millrace_relay using (true) with check (true);

    grant select, insert, update on platform.consumers to millrace_app, millrace_relay;
    grant delete on platform.consumers to millrace_relay;
    grant select on platform.deliveries to millrace_app;
    grant update (state, attempts, last_attempt_at, last_error, dead_at, released_at, finished_at) on platform.deliveries to millrace_app;
    grant select on platform.lanes to millrace_app;
    grant update (version, due_at) on platform.lanes to millrace_app;
    grant select, insert, update, delete on platform.deliveries, platform.lanes to millrace_relay;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table platform.events drop column dispatch_no;
    drop table platform.deliveries, platform.lanes, platform.consumers, platform.dispatch_counter;
  `);
}
