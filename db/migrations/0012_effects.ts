import type { Knex } from 'knex';

/** Effects already done, by workflow and step. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- Written in the transaction of the effect, so that neither is there without the other.
    create table platform.effects (
      -- Of the context that it was done in; the platform's own where it belongs to no account.
      account_id uuid not null default platform.current_account_id(),
      workflow_id text not null,
      step text not null,
      -- What the first time answered; null where nobody needs it.
      result jsonb,
      created_at timestamptz not null default now(),
      primary key (account_id, workflow_id, step)
    );
    -- Rows come in the order of their times, so a few bytes a block find the old ones.
    create index on platform.effects using brin (created_at);
    alter table platform.effects enable row level security;
    alter table platform.effects force row level security;
    create policy account on platform.effects to millrace_app
      using (account_id = (select platform.current_account_id()))
      with check (account_id = (select platform.current_account_id()));
    -- Purges what nothing can repeat any more, of every account.
    create policy relay on platform.effects to millrace_relay using (true) with check (false);

    grant select, insert, update (result) on platform.effects to millrace_app;
    grant select, delete on platform.effects to millrace_relay;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table platform.effects');
}
