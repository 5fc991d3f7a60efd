import { describe, expect, it } from '@jest/globals';
import type { TSchema } from 'typebox';
import { idempotencyOf, type Route } from '../../../api/route/route.js';
import { allRoutes } from '../../support/routes/all-routes.js';
import { nameOf } from '../../support/routes/route-calls.js';

const secretName = /(^|_)(secret|password|token|otp|code|key|credential)s?$/;
/**
 * Values of these names are never secret: an endpoint's answer, the name of an error, an alert or
 * an order.
 */
const isPlain = (name: string): boolean =>
  /^(response|error|message|reason|order)_(code|key)$/.test(name);

/** The names of all fields of an answer. */
function fieldsIn(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { properties = {} } = schema as { properties?: Record<string, TSchema> };
  return [...Object.keys(properties), ...Object.values(schema).flatMap(fieldsIn)];
}
const secretsIn = ({ responses }: Route): string[] =>
  Object.values(responses)
    .flatMap(fieldsIn)
    .filter((name) => secretName.test(name) && !isPlain(name));

describe('an answer with a secret', () => {
  const kept = allRoutes().filter((route) => idempotencyOf(route) !== 'none');

  it('is kept for whom it was made, where answers are kept at all', () => {
    const open = kept.filter((route) => secretsIn(route).length > 0 && !route.answersSecret);
    expect(open.map((route) => `${nameOf(route)}: ${secretsIn(route).join(', ')}`)).toEqual([]);
    expect(kept.filter(({ answersSecret }) => answersSecret).map(nameOf)).toContain(
      'POST /v1/accounts/:account_id/webhooks',
    );
  });
});
