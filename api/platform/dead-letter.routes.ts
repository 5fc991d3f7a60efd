import { Type } from 'typebox';
import { deadLetterRecords } from '../../db/platform/webhook/dead-letter.records.js';
import { deadLetterViews } from '../../db/platform/webhook/dead-letter.views.js';
import type { Database, ReadScope, WriteScope } from '../../db/connection/database.js';
import {
  deadLetterDecisions,
  type DeadLetterDecision,
} from '../../workflows/platform/dead-letter.contract.js';
import { policy } from '../../workflows/identity/policy.contract.js';
import { failure } from '../../workflows/shared/failure.js';
import type { Cursors } from '../shared/cursor.js';
import { member, platformAdmin, platformStaff, route, type Route } from '../route/route.js';
import { namedAccount, closedObject, page } from '../route/schema.js';
import { deadLetter, deadLetterCount, deadLetterQuery, decided } from './dead-letter.schemas.js';

export interface DeadLetterRouteParts {
  database: Pick<Database, 'reads'>;
  cursors: Cursors;
}

const tag = 'Dead-letters';
const mostCounts = 200;
const ofAccount = { account_id: namedAccount() };

const saying: Record<DeadLetterDecision, { summary: string; description: string }> = {
  redrive: {
    summary: 'Deliver a dead letter again',
    description: 'In its place: what waits behind it follows when it is delivered.',
  },
  skip: {
    summary: 'Leave a dead letter out for good',
    description: 'What waits behind it goes on.',
  },
  release: {
    summary: 'Let what waits behind a dead letter go on',
    description:
      'It is kept, to be delivered later or left out; delivered then, it comes after what has overtaken it.',
  },
};

/**
 * An account decides on the account's dead letters, a platform admin on dead letters without an
 * account and on those of any named account.
 */
export function createDeadLetterRoutes({
  database,
  cursors: allCursors,
}: DeadLetterRouteParts): Route[] {
  const cursors = allCursors.of('dead-letters');

  async function pageOf(
    scope: ReadScope,
    query: { limit: number; cursor?: string; consumer_id?: string },
  ) {
    const [after = null] = cursors.decode(query.cursor) ?? [];
    const rows = await deadLetterViews(scope).page(
      query.consumer_id ?? null,
      after as string | null,
      query.limit + 1,
    );
    return {
      status: 200 as const,
      body: cursors.page(rows, query.limit, (row) => [row.dead_letter_id]),
    };
  }

  const listDeadLetters = route({
    method: 'get',
    path: '/v1/accounts/:account_id/dead-letters',
    summary: 'List what could not be delivered, oldest first',
    tag,
    access: member(),
    scope: 'events.read',
    query: deadLetterQuery,
    responses: { 200: page(deadLetter) },
  }).handledBy(({ scope, query }) => pageOf(scope, query));

  const overseeDeadLetters = route({
    method: 'get',
    path: '/v1/internal/dead-letters',
    summary:
      'List what could not be delivered of no account, or of the one that is named, oldest first',
    tag,
    access: platformStaff(),
    audit: { action: 'dead-letter.oversee', subject: 'account', id: null },
    query: closedObject({ ...deadLetterQuery.properties, ...ofAccount }),
    responses: { 200: page(deadLetter) },
  }).handledBy(({ scope, query }) => {
    const { account_id: accountId } = query;
    return pageOf(accountId === undefined ? scope : database.reads({ accountId }), query);
  });

  const countDeadLetters = route({
    method: 'get',
    path: '/v1/internal/dead-letters/accounts',
    summary: 'Count dead letters by account and consumer, the oldest first',
    tag,
    access: platformStaff(),
    audit: { action: 'dead-letter.oversee', subject: 'account', id: null },
    responses: {
      200: closedObject({ items: Type.Array(deadLetterCount, { maxItems: mostCounts }) }),
    },
  }).handledBy(async ({ scope }) => ({
    status: 200,
    body: { items: await deadLetterViews(scope).counts(mostCounts) },
  }));

  const decideOnDeadLetter = (decision: DeadLetterDecision) =>
    route({
      ...saying[decision],
      method: 'post',
      path: `/v1/accounts/:account_id/dead-letters/:dead_letter_id/${decision}`,
      tag,
      access: member(...policy['events.decide']),
      scope: 'events.write',
      audit: { action: `dead-letter.${decision}`, subject: 'dead_letter' },
      responses: { 200: decided },
      errors: ['RESOURCE_NOT_FOUND'],
    }).handledBy(({ scope, params }) => decide(scope, params.dead_letter_id, decision));

  const decideForAccount = (decision: DeadLetterDecision) =>
    route({
      ...saying[decision],
      method: 'post',
      path: `/v1/internal/dead-letters/:dead_letter_id/${decision}`,
      tag,
      access: platformAdmin(),
      audit: { action: `dead-letter.${decision}`, subject: 'dead_letter' },
      query: closedObject(ofAccount),
      responses: { 200: decided },
      errors: ['RESOURCE_NOT_FOUND'],
    }).handledBy(({ scope, params: { dead_letter_id: id }, query: { account_id: accountId } }) =>
      accountId === undefined
        ? decide(scope, id, decision)
        : scope.as({ accountId }, (account) => decide(account, id, decision)),
    );

  return [
    listDeadLetters,
    overseeDeadLetters,
    countDeadLetters,
    ...deadLetterDecisions.flatMap((decision) => [
      decideOnDeadLetter(decision),
      decideForAccount(decision),
    ]),
  ];
}

async function decide(scope: WriteScope, id: string, decision: DeadLetterDecision) {
  if (!(await deadLetterRecords(scope).decide(id, decision))) throw failure('RESOURCE_NOT_FOUND');
  return { status: 200 as const, body: { dead_letter_id: id, decision } };
}
