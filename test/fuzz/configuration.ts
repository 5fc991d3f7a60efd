import { fileURLToPath } from 'node:url';
import type { Holding } from '../support/holdings/holdings.js';

const hooks = fileURLToPath(new URL('./hooks.py', import.meta.url));

/** Operations without an end, or with an end of things that other operations need. */
const leftOut = [
  'deleteDevice',
  'deleteReservoir',
  'deleteSite',
  'deleteWebhook',
  'detachDevice',
  'streamEvents',
  'updateSubscription',
  'updateSubscriptionOfAccount',
];

/** A configuration of Schemathesis: the caller, and existing ids. */
export function configurationOf(parts: {
  held: Holding & { seller_reservoir_id: string };
  ownerToken: string;
  adminToken: string;
}): string {
  const { held, ownerToken, adminToken } = parts;
  const ids = { ...held, plan_id: 'pro', event_type: 'ORDER_CREATED', file_name: 'manifest.json' };
  return [
    `hooks = ${JSON.stringify(hooks)}`,
    'request-timeout = 30',
    'continue-on-failure = true',
    'warnings = false',
    `headers = { Authorization = ${JSON.stringify(`Bearer ${ownerToken}`)} }`,
    // No text may have such characters, a rule in no schema.
    'generation = { allow-x00 = false, codec = "utf-8" }',
    '[parameters]',
    ...Object.entries(ids).map(([name, id]) => `"path.${name}" = ${JSON.stringify(id)}`),
    // A value that fits a schema may still be missing, contradict itself or come too late: refusals
    // of a route's own logic.
    '[checks.positive_data_acceptance]',
    'expected-statuses = ["2xx", "401", "403", "404", "409", "412", "422", "429"]',
    '[checks.missing_required_header]',
    'expected-statuses = ["400", "401", "403", "406", "415", "422", "428"]',
    '[phases.stateful]',
    'enabled = false',
    '[[operations]]',
    `include-operation-id = ${JSON.stringify(leftOut)}`,
    'enabled = false',
    // The same for every caller and every request.
    '[[operations]]',
    'include-path-regex = "^/(docs.*|ui/.*|openapi[.]json|asyncapi[.]json)?$"',
    'enabled = false',
    '[[operations]]',
    'include-path-regex = "^/v1/internal/"',
    `headers = { Authorization = ${JSON.stringify(`Bearer ${adminToken}`)} }`,
    '',
  ].join('\n');
}
