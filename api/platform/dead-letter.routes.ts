import { Type } from 'typebox';
import { createDeadLetterRecords } from '../../db/platform/dead-letter.records.js';
import { createDeadLetterViews } from '../../db/platform/dead-letter.views.js';
import type { Database, Transaction } from '../../db/shared/database.js';
import { deadLetterDecisions, type DeadLetterDecision } from '../../workflows/platform/dead-letter.contract.js';
import { failure } from '../../workflows/shared/failure.js';
import type { Cursors } from '../shared/cursor.js';
import { member, platformAdmin, route, type Route } from '../shared/route.js';
import { namedAccount, object, page } from '../shared/schema.js';
import { deadLetter, deadLetterCount, deadLetterQuery, decided } from './dead-letter.schemas.js';

export interface DeadLetterRouteParts {
  database: Database;
  cursors: Cursors;
}

const mostCounts = 200;
const ofAccount = { account_id: namedAccount() };

const saying: Record<DeadLetterDecision, { summary: string; description: string }> = {
  redrive: {
    summary: 'Deliver a dead letter again',
    description: 'In its place: what waits behind it follows when it is delivered.',
  },
  skip: { summary: 'Leave a dead letter out for good', description: 'What waits behind it goes on.' },
  release: {
    summary: 'Let what waits behind a dead letter go on',
    description: 'It is kept, to be delivered later or left out; delivered then, it comes after what has overtaken it.',
  },
};

/** An account decides on its own dead letters, a platform admin on those of no account, and of any account that is named. */
export function createDeadLetterRoutes({ database, cursors: allCursors }: DeadLetterRouteParts): Route[] {
  const records = createDeadLetterRecords({ database });
  const views = createDeadLetterViews(database.read);
  const cursors = allCursors.of('dead-letters');

  async function list(accountId: string | null, query: { limit: number; cursor?: string; consumer_id?: string }) {
    const [after = null] = cursors.decode(query.cursor) ?? [];
    const rows = await views.list(accountId, query.consumer_id ?? null, after as string | null, query.limit + 1);
    return { status: 200 as const, body: cursors.page(rows, query.limit, (row) => [row.dead_letter_id]) };
  }
  async function decide(accountId: string | null, id: string, decision: DeadLetterDecision, platforms?: Transaction) {
    if (!(await records.decide(accountId, id, decision, platforms))) throw failure('RESOURCE_NOT_FOUND');
    return { status: 200 as const, body: { dead_letter_id: id, decision } };
  }

  const shared = { tag: 'Dead-letters' } as const;
  return [
    route({
      ...shared,
      method: 'get',
      path: '/v1/accounts/:account_id/dead-letters',
      summary: 'List what could not be delivered, oldest first',
      access: member(),
      query: deadLetterQuery,
      responses: { 200: page(deadLetter) },
    }).handledBy(({ accountId, query }) => list(accountId, query)),
    route({
      ...shared,
      method: 'get',
      path: '/v1/internal/dead-letters',
      summary: 'List what could not be delivered of no account, or of the one that is named, oldest first',
      access: platformAdmin(),
      audit: { action: 'dead-letter.oversee', subject: 'account', id: null },
      query: object({ ...deadLetterQuery.properties, ...ofAccount }),
      responses: { 200: page(deadLetter) },
    }).handledBy(({ query }) => list(query.account_id ?? null, query)),

    route({
      ...shared,
      method: 'get',
      path: '/v1/internal/dead-letters/accounts',
      summary: 'Count dead letters by account and consumer, the oldest first',
      access: platformAdmin(),
      audit: { action: 'dead-letter.oversee', subject: 'account', id: null },
      responses: { 200: object({ items: Type.Array(deadLetterCount, { maxItems: mostCounts }) }) },
    }).handledBy(async () => ({ status: 200, body: { items: await views.counts(mostCounts) } })),

    ...deadLetterDecisions.flatMap((decision) => [
      route({
        ...shared,
        ...saying[decision],
        method: 'post',
        path: `/v1/accounts/:account_id/dead-letters/:dead_letter_id/${decision}`,
        access: member('OWNER', 'ADMIN'),
        audit: { action: `dead-letter.${decision}`, subject: 'dead_letter' },
        responses: { 200: decided },
        errors: ['RESOURCE_NOT_FOUND'],
      }).handledBy(({ accountId, params }) => decide(accountId, params.dead_letter_id, decision)),
      route({
        ...shared,
        ...saying[decision],
        method: 'post',
        path: `/v1/internal/dead-letters/:dead_letter_id/${decision}`,
        access: platformAdmin(),
        audit: { action: `dead-letter.${decision}`, subject: 'dead_letter' },
        query: object(ofAccount),
        responses: { 200: decided },
        errors: ['RESOURCE_NOT_FOUND'],
      }).handledBy(({ params, query, transaction }) =>
        decide(query.account_id ?? null, params.dead_letter_id, decision, transaction),
      ),
    ]),
  ];
}
