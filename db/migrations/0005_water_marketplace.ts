import type { Knex } from 'knex';

/** Sellers with their stock and prices; orders with notes and reviews. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table water.seller_profiles (
      account_id uuid primary key,
      status text not null check (status in ('ACTIVE', 'INACTIVE')),
      display_name text not null,
      verification_status text not null default 'UNVERIFIED' check (verification_status in ('UNVERIFIED', 'VERIFIED')),
      rating_sum bigint not null default 0,
      review_count integer not null default 0,
      version integer not null default 1,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    );

    -- One row a reservoir that was ever offered. Its lock is what two orders for the same water wait for.
    create table water.seller_reservoirs (
      account_id uuid not null,
      reservoir_id uuid not null,
      seller_availability_status text not null check (seller_availability_status in ('AVAILABLE', 'UNAVAILABLE')),
      version integer not null default 1,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      primary key (account_id, reservoir_id),
      foreign key (account_id, reservoir_id) references water.reservoirs (account_id, reservoir_id) on delete cascade
    );
    -- A buyer names the reservoir alone; this finds whose it is.
    create index on water.seller_reservoirs (reservoir_id);

    create table water.price_rules (
      account_id uuid not null,
      reservoir_id uuid not null,
      price_rule_id uuid not null,
      currency text not null check (currency ~ '^[A-Z]{3}$'),
      -- Half-open: min <= litres < max.
      volume_band numrange not null check (not isempty(volume_band) and lower(volume_band) >= 0),
      validity tstzrange not null check (not isempty(validity)),
      base_price_per_liter numeric(12, 6) not null check (base_price_per_liter >= 0),
      delivery_fee_minor bigint not null check (delivery_fee_minor >= 0),
      created_at timestamptz not null default now(),
      primary key (account_id, reservoir_id, price_rule_id),
      foreign key (account_id, reservoir_id) references water.reservoirs (account_id, reservoir_id) on delete cascade,
      constraint price_rules_overlap exclude using gist (account_id with =, reservoir_id with =, currency with =,
        volume_band with &&, validity with &&)
    );

    create table water.orders (
      account_id uuid not null,
      order_id uuid not null,
      order_code text not null unique,
      seller_account_id uuid not null,
      seller_reservoir_id uuid not null,
      seller_display_name text not null,
      target_reservoir_id uuid,
      requested_fill_mode text not null check (requested_fill_mode in ('FILL_TO_FULL', 'VOLUME_LITERS')),
      requested_volume_liters double precision not null check (requested_volume_liters > 0),
      price_rule_id uuid not null,
      price_quote_total_minor bigint not null check (price_quote_total_minor >= 0),
      currency text not null,
      status text not null check (status in ('CREATED', 'ACCEPTED', 'REJECTED', 'CANCELLED', 'EXPIRED', 'DELIVERED',
        'DISPUTED', 'RESOLVED')),
      next_deadline timestamptz,
      created_by uuid not null,
      created_at timestamptz not null,
      accepted_at timestamptz,
      cancelled_at timestamptz,
      delivered_at timestamptz,
      delivered_volume_liters double precision check (delivered_volume_liters >= 0),
      reminders_sent integer not null default 0,
      overdue_at timestamptz,
      buyer_confirmation jsonb,
      seller_confirmation jsonb,
      dispute jsonb,
      resolution jsonb,
      version integer not null default 1,
      updated_at timestamptz not null default now(),
      primary key (account_id, order_id),
      foreign key (seller_account_id, seller_reservoir_id) references water.reservoirs (account_id, reservoir_id),
      foreign key (account_id, target_reservoir_id) references water.reservoirs (account_id, reservoir_id),
      foreign key (seller_account_id, seller_reservoir_id, price_rule_id)
        references water.price_rules (account_id, reservoir_id, price_rule_id),
      check (account_id <> seller_account_id),
      check ((delivered_at is null) = (delivered_volume_liters is null)),
      check (status <> 'DELIVERED' or (buyer_confirmation is not null and seller_confirmation is not null)),
      check ((resolution is null) = (status <> 'RESOLVED'))
    );
    -- Either party finds its order by the id alone.
    create index on water.orders (order_id);
    create index on water.orders (seller_account_id, order_id);
    -- What open orders hold, and what was delivered since a reading.
    create index orders_holding on water.orders (seller_account_id, seller_reservoir_id)
      where status in ('CREATED', 'ACCEPTED', 'DISPUTED') and delivered_at is null;
    create index orders_delivered on water.orders (seller_account_id, seller_reservoir_id, delivered_at)
      where delivered_at is not null;

    -- What people write about an order. Workflows carry a note's id, never its text.
    create table water.order_notes (
      account_id uuid not null,
      order_id uuid not null,
      note_id uuid not null,
      seller_account_id uuid not null,
      author_principal_id uuid not null,
      note text not null,
      created_at timestamptz not null default now(),
      primary key (account_id, order_id, note_id),
      foreign key (account_id, order_id) references water.orders (account_id, order_id)
    );

    create table water.order_reviews (
      account_id uuid not null,
      order_id uuid not null,
      author_party text not null check (author_party in ('BUYER', 'SELLER')),
      review_id uuid not null,
      seller_account_id uuid not null,
      author_principal_id uuid not null,
      rating integer not null check (rating between 1 and 5),
      comment text,
      created_at timestamptz not null default now(),
      primary key (account_id, order_id, author_party),
      foreign key (account_id, order_id) references water.orders (account_id, order_id)
    );

    create index reservoirs_position on water.reservoirs using gist (public.ll_to_earth(lat, lng)) where lat is not null;
  `);

  for (const table of ['seller_profiles', 'seller_reservoirs', 'price_rules']) {
    await knex.raw(`
      alter table water.${table} enable row level security;
      alter table water.${table} force row level security;
      create policy account on water.${table} to millrace_app
        using (account_id = (select platform.current_account_id()))
        with check (account_id = (select platform.current_account_id()));
      create policy market on water.${table} for select to millrace_market using (true)`);
  }
  // The account is the buyer's; the seller sees and writes the same rows.
  for (const table of ['orders', 'order_notes', 'order_reviews']) {
    await knex.raw(`
      alter table water.${table} enable row level security;
      alter table water.${table} force row level security;
      create policy parties on water.${table} to millrace_app
        using ((select platform.current_account_id()) = any (array[account_id, seller_account_id]))
        with check ((select platform.current_account_id()) = any (array[account_id, seller_account_id]))`);
  }

  await knex.raw(`
    -- Platform admins, who belong to neither account, resolve disputes.
    create policy platform on water.orders for select to millrace_app
      using ((select platform.current_account_id()) = platform.nil_uuid());

    grant select, insert, update on water.seller_profiles, water.seller_reservoirs, water.orders to millrace_app;
    grant select, insert on water.price_rules, water.order_notes, water.order_reviews to millrace_app;

    grant select (account_id, status, display_name, verification_status, rating_sum, review_count)
      on water.seller_profiles to millrace_market;
    grant select (account_id, reservoir_id, seller_availability_status) on water.seller_reservoirs to millrace_market;
    grant select (account_id, reservoir_id, price_rule_id, currency, volume_band, validity, base_price_per_liter, delivery_fee_minor)
      on water.price_rules to millrace_market;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table water.order_reviews, water.order_notes, water.orders, water.price_rules, water.seller_reservoirs,
      water.seller_profiles;
    drop index water.reservoirs_position;
  `);
}
