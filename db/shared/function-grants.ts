/**
 * Every function of ours, one a line: in whose name it runs, whether it changes anything, and who may execute it beside its
 * owner. Nobody may execute what triggers and migrations alone call. A migration that makes or changes one changes its line; a
 * test compares the list with the catalogue.
 */
export const functionGrants: readonly string[] = [
  'identity.count_rows_of(regclass,text,text) as caller, volatile, for nobody',
  'identity.count_usage() as millrace_owner, volatile, for nobody',
  'identity.fit_usage() as millrace_owner, volatile, for nobody',
  'identity.period_of(timestamp with time zone,text,timestamp with time zone) as caller, stable, for app',
  'identity.session_standing(uuid,uuid) as millrace_owner, stable, for gateway',
  'identity.subscribe_account() as caller, volatile, for nobody',
  'identity.usage_faults() as caller, stable, for nobody',
  // Of the version before.
  'platform.append_audit(text,text,text,uuid,text,text,text) as millrace_audit, volatile, for app',
  'platform.append_audit(text,text,text,uuid,text,text,text,uuid,bytea) as millrace_audit, volatile, for app',
  'platform.append_audit_as(text,text,text,text,uuid,text,text,text,uuid,bytea) as caller, volatile, for app',
  'platform.audit_heads_until(timestamp with time zone,timestamp with time zone) as millrace_audit, stable, for app',
  'platform.audit_table(regclass) as caller, volatile, for nobody',
  'platform.claim_command(uuid,uuid,text,text,text,text,text,text,text,bytea,interval,interval) as caller, volatile, for app',
  // Of the version before.
  'platform.complete_command(text,uuid,jsonb,text) as caller, volatile, for app',
  'platform.current_account_id() as caller, stable, for app',
  'platform.current_counterpart_id() as caller, stable, for app',
  'platform.current_principal_id() as caller, stable, for app',
  'platform.drop_old_partitions(text) as millrace_owner, volatile, for app',
  'platform.emit_account_events(uuid[],uuid[],uuid[],text[],text[],integer[],text[],text[],timestamp with time zone[],uuid[],uuid[],jsonb[],text) as millrace_owner, volatile, for app',
  'platform.emit_events(uuid[],uuid[],uuid[],text[],text[],integer[],text[],text[],timestamp with time zone[],uuid[],uuid[],jsonb[],text) as caller, volatile, for app ingest',
  'platform.emit_telemetry_events(uuid[],uuid[],uuid[],text[],text[],integer[],text[],text[],timestamp with time zone[],uuid[],uuid[],jsonb[],text) as millrace_owner, volatile, for ingest',
  'platform.finish_command(text,uuid,jsonb,text) as caller, volatile, for app',
  'platform.fold_audit() as caller, volatile, for nobody',
  'platform.guard_audit_partitions() as caller, volatile, for nobody',
  'platform.is_lane_of(bigint,text) as millrace_owner, stable, for app',
  'platform.make_partitions(text) as millrace_owner, volatile, for app',
  'platform.nil_uuid() as caller, immutable, for app audit relay',
  'platform.record_standing_change() as millrace_owner, volatile, for nobody',
  'platform.refuse_audit_change() as caller, volatile, for nobody',
  'platform.store_events(uuid[],uuid[],uuid[],text[],text[],integer[],text[],text[],timestamp with time zone[],uuid[],uuid[],jsonb[],text) as caller, volatile, for nobody',
  'platform.take_key(text,text) as caller, volatile, for app',
  'platform.uuid_at(timestamp with time zone) as caller, immutable, for app relay',
  'platform.verified_context() as millrace_owner, stable, for app audit',
  'water.device_credentials(text[]) as millrace_owner, stable, for ingest',
  'water.has_claimed(text) as millrace_owner, stable, for app',
  'water.listings(double precision,double precision,double precision,numeric,text,double precision,uuid,integer) as millrace_owner, stable, for market',
  'water.open_holds(text,uuid,uuid,uuid) as caller, volatile, for app',
  'water.seller_of(uuid) as millrace_owner, stable, for market',
  'water.take_access_refusals(jsonb) as millrace_owner, volatile, for gateway',
];
