import * as platform from './0001_platform.js';
import * as identity from './0002_identity.js';
import * as waterReservoirs from './0003_water_reservoirs.js';
import * as waterDevices from './0004_water_devices.js';
import * as waterMarketplace from './0005_water_marketplace.js';
import * as requests from './0006_requests.js';
import * as audit from './0007_audit.js';
import * as deliveries from './0008_deliveries.js';
import * as webhooks from './0009_webhooks.js';
import * as entitlements from './0010_entitlements.js';
import * as upkeep from './0011_upkeep.js';
import * as effects from './0012_effects.js';
import * as auditExports from './0014_audit_exports.js';
import * as deadLetterDecisions from './0015_dead_letter_decisions.js';
import * as reconciling from './0016_reconciling.js';
import * as auditExportRetention from './0017_audit_export_retention.js';
import * as contextOnce from './0018_context_once.js';
import * as auditInLess from './0019_audit_in_less.js';
import * as functions from './0020_functions.js';
import * as rows from './0021_rows.js';
import * as writingForOthers from './0022_writing_for_others.js';
import * as registrations from './0023_registrations.js';
import * as standing from './0024_standing.js';
import * as deviceClaims from './0025_device_claims.js';
import * as auditWitness from './0026_audit_witness.js';
import * as signedStarts from './0027_signed_starts.js';
import * as orderHolds from './0029_order_holds.js';
import * as gatewayRole from './0030_gateway_role.js';
import * as ownRows from './0031_own_rows.js';
import * as refusalBounds from './0032_refusal_bounds.js';
import * as codeChannels from './0033_code_channels.js';
import * as commandsInTime from './0034_commands_in_time.js';
import * as sequenceEpochs from './0035_sequence_epochs.js';
import * as deviceFaults from './0036_device_faults.js';
import * as nearZero from './0037_near_zero.js';
import * as refusedContexts from './0038_refused_contexts.js';
import * as leases from './0039_leases.js';
import * as oversight from './0040_oversight.js';
import * as codeFailures from './0041_code_failures.js';
import * as turns from './0042_turns.js';
import * as rooms from './0043_rooms.js';
import * as tenantTable from './0048_tenant_table.js';
import * as signingKeyStates from './0052_signing_key_states.js';
import * as apiKeys from './0053_api_keys.js';
import * as sessions from './0054_sessions.js';
import * as passwordResets from './0055_password_resets.js';
import * as secondFactors from './0056_second_factors.js';
import * as members from './0058_members.js';
import * as profiles from './0060_profiles.js';
import * as personalNotifications from './0061_personal_notifications.js';
import * as identities from './0062_identities.js';
import * as externalPrincipals from './0063_external_principals.js';
import * as notices from './0064_notices.js';
import * as stockLock from './0065_stock_lock.js';
import * as invites from './0067_invites.js';
import * as platformStaff from './0068_platform_staff.js';
import * as requiredFactors from './0069_required_factors.js';
import * as identifierChanges from './0070_identifier_changes.js';

/**
import * as platform from './0001_platform.js';
import * as identity from './0002_identity.js';
import * as waterReservoirs from './0003_water_reservoirs.js';
import * as waterDevices from './0004_water_devices.js';
import * as waterMarketplace from './0005_water_marketplace.js';
import * as requests from './0006_requests.js';
import * as audit from './0007_audit.js';
import * as deliveries from './0008_deliveries.js';
import * as webhooks from './0009_webhooks.js';
import * as entitlements from './0010_entitlements.js';
import * as upkeep from './0011_upkeep.js';
import * as effects from './0012_effects.js';
import * as auditExports from './0014_audit_exports.js';
import * as deadLetterDecisions from './0015_dead_letter_decisions.js';
import * as reconciling from './0016_reconciling.js';
import * as auditExportRetention from './0017_audit_export_retention.js';
import * as contextOnce from './0018_context_once.js';
import * as auditInLess from './0019_audit_in_less.js';
import * as functions from './0020_functions.js';
import * as rows from './0021_rows.js';
import * as writingForOthers from './0022_writing_for_others.js';
import * as registrations from './0023_registrations.js';
import * as standing from './0024_standing.js';
import * as deviceClaims from './0025_device_claims.js';
import * as auditWitness from './0026_audit_witness.js';
import * as signedStarts from './0027_signed_starts.js';
import * as orderHolds from './0029_order_holds.js';
import * as gatewayRole from './0030_gateway_role.js';
import * as ownRows from './0031_own_rows.js';
import * as refusalBounds from './0032_refusal_bounds.js';
import * as codeChannels from './0033_code_channels.js';
import * as commandsInTime from './0034_commands_in_time.js';
import * as sequenceEpochs from './0035_sequence_epochs.js';
import * as deviceFaults from './0036_device_faults.js';
import * as nearZero from './0037_near_zero.js';
import * as refusedContexts from './0038_refused_contexts.js';
import * as leases from './0039_leases.js';
import * as oversight from './0040_oversight.js';
import * as codeFailures from './0041_code_failures.js';
import * as turns from './0042_turns.js';
import * as rooms from './0043_rooms.js';
import * as tenantTable from './0048_tenant_table.js';
import * as signingKeyStates from './0052_signing_key_states.js';
import * as sessions from './0054_sessions.js';
import * as passwordResets from './0055_password_resets.js';
import * as members from './0058_members.js';
import * as profiles from './0060_profiles.js';
import * as personalNotifications from './0061_personal_notifications.js';
import * as identities from './0062_identities.js';
import * as externalPrincipals from './0063_external_principals.js';
 * The timeline of the schema. A migration's name never changes after landing, and carries no file
 * extension.
 */
export const migrations = {
  '0001_platform': platform,
  '0002_identity': identity,
  '0003_water_reservoirs': waterReservoirs,
  '0004_water_devices': waterDevices,
  '0005_water_marketplace': waterMarketplace,
  '0006_requests': requests,
  '0007_audit': audit,
  '0008_deliveries': deliveries,
  '0009_webhooks': webhooks,
  '0010_entitlements': entitlements,
  '0011_upkeep': upkeep,
  '0012_effects': effects,
  '0014_audit_exports': auditExports,
  '0015_dead_letter_decisions': deadLetterDecisions,
  '0016_reconciling': reconciling,
  '0017_audit_export_retention': auditExportRetention,
  '0018_context_once': contextOnce,
  '0019_audit_in_less': auditInLess,
  '0020_functions': functions,
  '0021_rows': rows,
  '0022_writing_for_others': writingForOthers,
  '0023_registrations': registrations,
  '0024_standing': standing,
  '0025_device_claims': deviceClaims,
  '0026_audit_witness': auditWitness,
  '0027_signed_starts': signedStarts,
  '0029_order_holds': orderHolds,
  '0030_gateway_role': gatewayRole,
  '0031_own_rows': ownRows,
  '0032_refusal_bounds': refusalBounds,
  '0033_code_channels': codeChannels,
  '0034_commands_in_time': commandsInTime,
  '0035_sequence_epochs': sequenceEpochs,
  '0036_device_faults': deviceFaults,
  '0037_near_zero': nearZero,
  '0038_refused_contexts': refusedContexts,
  '0039_leases': leases,
  '0040_oversight': oversight,
  '0041_code_failures': codeFailures,
  '0042_turns': turns,
  '0043_rooms': rooms,
  '0048_tenant_table': tenantTable,
  '0052_signing_key_states': signingKeyStates,
  '0053_api_keys': apiKeys,
  '0054_sessions': sessions,
  '0055_password_resets': passwordResets,
  '0056_second_factors': secondFactors,
  '0058_members': members,
  '0060_profiles': profiles,
  '0061_personal_notifications': personalNotifications,
  '0062_identities': identities,
  '0063_external_principals': externalPrincipals,
  '0064_notices': notices,
  '0065_stock_lock': stockLock,
  '0067_invites': invites,
  '0068_platform_staff': platformStaff,
  '0069_required_factors': requiredFactors,
  '0070_identifier_changes': identifierChanges,
};
