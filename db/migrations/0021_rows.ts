import type { Knex } from 'knex';

const caller = '(select platform.current_account_id())';
const isPlatform = `${caller} = platform.nil_uuid()`;
/** The account of the note or review is one of the two parties of the named order. */
const ofItsOrder = (
  table: string,
): string => `exists (select 1 from water.orders o where o.account_id = ${table}.account_id
  and o.order_id = ${table}.order_id and o.seller_account_id = ${table}.seller_account_id)`;
const orderChanges = [
  'status',
  'next_deadline',
  'accepted_at',
  'cancelled_at',
  'delivered_at',
  'delivered_volume_liters',
  'reminders_sent',
  'overdue_at',
  'buyer_confirmation',
  'seller_confirmation',
  'dispute',
  'resolution',
  'version',
  'updated_at',
].join(', ');

/**
 * A policy lets a row in by the row's account and by the rows pointed to, and each role reaches
 * only the columns needed for the role's work.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- Policies that name each other's tables would go round for ever, so lanes are looked up past theirs.
    create policy upkeep on platform.lanes for select to millrace_owner using (true);
    create function platform.is_lane_of(lane bigint, consumer text) returns boolean language sql stable security definer
      set search_path = pg_catalog, pg_temp begin atomic
      select exists (select 1 from platform.lanes l where l.lane_id = lane and l.consumer_id = consumer);
    end;
    grant execute on function platform.is_lane_of to millrace_app;

    -- An account makes deliveries of events that it may see, to consumers of its own, in their lanes.
    drop policy account on platform.deliveries;
    create policy account on platform.deliveries for select to millrace_app
      using (coalesce(account_id, platform.nil_uuid()) = ${caller});
    create policy account_update on platform.deliveries for update to millrace_app
      using (coalesce(account_id, platform.nil_uuid()) = ${caller})
      with check (coalesce(account_id, platform.nil_uuid()) = ${caller});
    create policy account_insert on platform.deliveries for insert to millrace_app with check (
      account_id = ${caller} and platform.is_lane_of(lane_id, consumer_id)
      and exists (select 1 from platform.consumers c
        where c.consumer_id = deliveries.consumer_id and c.account_id = deliveries.account_id)
      and exists (select 1 from platform.events e
        where e.event_id = deliveries.event_id and deliveries.account_id in (e.account_id, e.counterpart_account_id)));
    drop policy account on platform.lanes;
    create policy account on platform.lanes for select to millrace_app using (exists (
      select 1 from platform.deliveries d where d.lane_id = lanes.lane_id and d.state in ('PENDING', 'DEAD')
        and coalesce(d.account_id, platform.nil_uuid()) = ${caller}));
    create policy account_update on platform.lanes for update to millrace_app using (exists (
      select 1 from platform.deliveries d where d.lane_id = lanes.lane_id and d.state in ('PENDING', 'DEAD')
        and coalesce(d.account_id, platform.nil_uuid()) = ${caller}));

    -- The application makes consumers of webhooks alone, each of one that is its account's.
    drop policy account on platform.consumers;
    create policy account on platform.consumers for select to millrace_app
      using (coalesce(account_id, platform.nil_uuid()) = ${caller});
    create policy account_update on platform.consumers for update to millrace_app
      using (account_id = ${caller}) with check (account_id = ${caller} and kind = 'webhook');
    create policy account_insert on platform.consumers for insert to millrace_app with check (
      account_id = ${caller} and kind = 'webhook' and exists (select 1 from platform.webhooks w
        where w.account_id = consumers.account_id and consumers.consumer_id = 'webhook/' || w.webhook_id));
    revoke update on platform.consumers from millrace_app;
    grant update (kind, event_types, status, paused_until) on platform.consumers to millrace_app;

    -- An alert is of an event that its account may see.
    drop policy account on water.alerts;
    create policy account on water.alerts for select to millrace_app using (account_id = ${caller});
    create policy account_update on water.alerts for update to millrace_app
      using (account_id = ${caller}) with check (account_id = ${caller});
    create policy account_insert on water.alerts for insert to millrace_app with check (
      account_id = ${caller} and exists (select 1 from platform.events e
        where e.event_id = alerts.event_id and alerts.account_id in (e.account_id, e.counterpart_account_id)));
    revoke update on water.alerts from millrace_app;
    grant update (read_at, resolved_at) on water.alerts to millrace_app;

    -- Both parties read what is written of their order; each writes for itself, and of an order that is theirs.
    drop policy parties on water.order_notes;
    create policy parties on water.order_notes for select to millrace_app
      using (${caller} = any (array[account_id, seller_account_id]));
    create policy author on water.order_notes for insert to millrace_app
      with check (${caller} = any (array[account_id, seller_account_id]) and ${ofItsOrder('order_notes')});
    drop policy parties on water.order_reviews;
    create policy parties on water.order_reviews for select to millrace_app
      using (${caller} = any (array[account_id, seller_account_id]));
    create policy author on water.order_reviews for insert to millrace_app
      with check (${caller} = case author_party when 'BUYER' then account_id else seller_account_id end
        and ${ofItsOrder('order_reviews')});
    -- Who the parties are and what was ordered stays.
    revoke update on water.orders from millrace_app;
    grant update (${orderChanges}) on water.orders to millrace_app;

    -- A device is made by the platform, and changed by the account that it is attached to.
    alter policy account on water.devices with check (${isPlatform} or exists (
      select 1 from water.device_attachments a where a.device_id = devices.device_id and a.detached_at is null
        and a.account_id = ${caller}));

    -- Counts of callers are the platform's: who asks for an account sees and changes none.
    alter table platform.rate_windows enable row level security;
    alter table platform.rate_windows force row level security;
    create policy platform on platform.rate_windows to millrace_app using (${isPlatform}) with check (${isPlatform});
    create policy relay on platform.rate_windows to millrace_relay using (true) with check (false);

    -- Drops are counted of devices that nobody has, too, by the one role that takes telemetry in.
    alter table water.telemetry_drops enable row level security;
    alter table water.telemetry_drops force row level security;
    create policy ingest on water.telemetry_drops to millrace_ingest using (true) with check (true);

    -- The relay marks events and deletes what has expired, without reading whose address or which answer it was.
    revoke update on platform.events from millrace_relay;
    grant update (dispatched_at, dispatch_no) on platform.events to millrace_relay;
    revoke select on platform.commands, platform.idempotency_keys, platform.rate_windows, platform.effects from millrace_relay;
    grant select (ctid, expires_at, completed_at) on platform.commands to millrace_relay;
    grant select (ctid, expires_at) on platform.idempotency_keys to millrace_relay;
    grant select (ctid, expire) on platform.rate_windows to millrace_relay;
    grant select (ctid, created_at) on platform.effects to millrace_relay;

    -- What the gateway compares a password with: it names the devices, and cannot list what there is.
    create policy credentials on water.device_units for select to millrace_owner using (true);
    create function water.device_credentials(devices text[])
      returns table (device_id text, password_hash bytea, is_enabled boolean)
      language sql stable security definer set search_path = pg_catalog, pg_temp begin atomic
      select u.device_id, u.mqtt_password_hash, u.provisioning_status <> 'DISABLED'
      from water.device_units u where u.device_id = any (devices);
    end;
    grant execute on function water.device_credentials to millrace_ingest;
  `);
}

export async function down(knex: Knex): Promise<void> {
  const parties = (table: string): string => `
    drop policy author on water.${table};
    drop policy parties on water.${table};
    create policy parties on water.${table} to millrace_app
      using (${caller} = any (array[account_id, seller_account_id]))
      with check (${caller} = any (array[account_id, seller_account_id]));`;
  const own = (table: string, owner: string): string => `
    drop policy account on ${table};
    drop policy account_update on ${table};
    drop policy account_insert on ${table};
    create policy account on ${table} to millrace_app using (${owner} = ${caller}) with check (${owner} = ${caller});`;
  await knex.raw(`
    drop function water.device_credentials;
    drop policy credentials on water.device_units;
    grant select on platform.commands, platform.idempotency_keys, platform.rate_windows, platform.effects to millrace_relay;
    grant update on platform.events to millrace_relay;
    drop policy ingest on water.telemetry_drops;
    alter table water.telemetry_drops no force row level security;
    alter table water.telemetry_drops disable row level security;
    drop policy platform on platform.rate_windows;
    drop policy relay on platform.rate_windows;
    alter table platform.rate_windows no force row level security;
    alter table platform.rate_windows disable row level security;
    alter policy account on water.devices with check (true);
    grant update on water.orders, water.alerts, platform.consumers to millrace_app;
    ${['order_notes', 'order_reviews'].map(parties).join('')}
    ${own('water.alerts', 'account_id')}
    ${own('platform.consumers', 'coalesce(account_id, platform.nil_uuid())')}
    ${own('platform.deliveries', 'coalesce(account_id, platform.nil_uuid())')}
    drop policy account on platform.lanes;
    drop policy account_update on platform.lanes;
    create policy account on platform.lanes to millrace_app using (exists (
      select 1 from platform.deliveries d where d.lane_id = lanes.lane_id and d.state in ('PENDING', 'DEAD')
        and coalesce(d.account_id, platform.nil_uuid()) = ${caller}));
    drop function platform.is_lane_of;
    drop policy upkeep on platform.lanes;
  `);
}
